import subprocess
import sys


def test_the_kernel_leaves_scipy_to_the_first_call():
    # web processes import the kernel for its codes and result types
    program = (
        "import sys, psychometrics.scoring, psychometrics.change, psychometrics.reliability, "
        "psychometrics.disclosure, psychometrics.irt, psychometrics.linking, psychometrics.dif, "
        "psychometrics.items, psychometrics.adaptive; sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

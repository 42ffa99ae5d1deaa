/* What pages gain where scripts run; everything works without. */

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* A form with data-confirm asks before it goes; the words say exactly what will be touched. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = form.dataset.confirm;
  if (!words || form.dataset.confirmed) return;
  event.preventDefault();
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-confirm-words]").textContent = words;
  const go = dialog.querySelector("[value=yes]");
  go.textContent = event.submitter?.textContent.trim() || go.textContent;
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "1";
    form.requestSubmit(event.submitter);
  }, { once: true });
  dialog.returnValue = "";
  dialog.showModal();
  dialog.querySelector("[value=no]").focus();
});

/* After a rejected form the reader starts at the list of what to correct. */
document.querySelector("[data-error-summary]")?.focus();

/* Paper folds nothing; browsers that cannot be told so by print.css get it from here. */
const unfolded = [];

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details.fold:not([open])")) {
    fold.open = true;
    unfolded.push(fold);
  }
});

addEventListener("afterprint", () => {
  for (const fold of unfolded.splice(0)) fold.open = false;
});

/* Work in the background is looked at again until its page is another one. */
async function lookAgain() {
  const waiting = document.querySelector("[data-look-again]");
  if (!waiting) return;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-look-again]");
    if (answer.ok && !now) return location.reload();
    if (now) waiting.replaceWith(now);
  } catch {
    /* no connection: the next look will tell */
  }
  lookAgain();
}
lookAgain();

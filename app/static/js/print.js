/* A button that prints the page; without scripts the browser's own menu does. */
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

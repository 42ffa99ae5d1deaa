// Shows how much of a file has been sent. Without it the form posts as any other.

for (const block of document.querySelectorAll("[data-upload]")) {
  const form = block.closest("form");
  const bar = block.querySelector("progress");
  const state = block.querySelector("[data-upload-state]");
  const input = block.querySelector("input[type=file]");

  const say = (words, kind = "field-hint") => {
    state.className = kind;
    state.textContent = words;
  };

  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    if (input.files[0].size > Number(block.dataset.upload)) {
      // Said before it is sent: what else was typed stays.
      say(state.dataset.tooLarge, "field-error");
      input.focus();
      return;
    }
    const button = form.querySelector("button[type=submit]");
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => {
      const share = Math.floor((100 * sent.loaded) / sent.total);
      bar.value = share;
      say(share < 100 ? state.dataset.sending.replace("{share}", share) : state.dataset.checking);
    });
    request.addEventListener("load", () => {
      // The answer is a page: the next one, or this one with what was wrong.
      history.replaceState(null, "", request.responseURL);
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (request.status < 300) {
        location.assign(request.responseURL);
        return;
      }
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("[data-error-summary]")?.focus();
      import(`${import.meta.url}?again=${Date.now()}`);
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      button.disabled = false;
      say(state.dataset.failed, "field-error");
    });
    bar.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  });
}

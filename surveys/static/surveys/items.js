/* Survey items with script. Everything here only eases what the plain form already does: radio buttons, checkboxes,
 * selects and text fields stay the truth, and whatever is changed for the person ends in one ordinary bubbling
 * "change" event from the field, so a listener on the form (bubbling phase) sees a consistent state.
 *
 * readAnswers(form) -> {item code: answer} for every item in the form, an answer being what the server's `read_json` takes:
 *   likert, single, situation   {v: "code"} or {m: "na"}
 *   multiple                    {v: ["code", ...]}
 *   ordering                    {v: ["code", ...]} first to last, or while steps lack a place {v: {"code": place, ...}}
 *   matching                    {v: {"left code": "right code", ...}}
 *   number, short_text          {v: "as typed"}: the server reads numbers the way people write them
 *   nothing given               {m: "skipped"}
 * enhance(root) adds buttons, dragging and counters; it runs once on the page when the module loads and may be called
 * again for items put in later.
 */

const NOT_APPLICABLE = "__na";
const SKIPPED = { m: "skipped" };

const some = (value, size) => (size ? { v: value } : SKIPPED);

function readRadio(item) {
  const chosen = item.querySelector("input[type=radio]:checked");
  if (!chosen) return SKIPPED;
  return chosen.value === NOT_APPLICABLE ? { m: "na" } : { v: chosen.value };
}

function readMultiple(item) {
  // The page shows options shuffled; the server puts them in the definition's order.
  const codes = Array.from(item.querySelectorAll("input[type=checkbox]:checked"), (box) => box.value);
  return some(codes.sort(), codes.length);
}

function readOrdering(item) {
  const places = Object.fromEntries(stepsOf(item).filter(placeOf).map((step) => [step.dataset.step, placeOf(step)]));
  const codes = Object.keys(places).sort((one, other) => places[one] - places[other]);
  const isComplete = new Set(Object.values(places)).size === stepsOf(item).length;
  return some(isComplete ? codes : places, codes.length);
}

function readMatching(item) {
  const chosen = Array.from(item.querySelectorAll("select[data-left]")).filter((select) => select.value);
  return some(Object.fromEntries(chosen.map((select) => [select.dataset.left, select.value])), chosen.length);
}

function readField(item) {
  const { value } = item.querySelector("input, textarea");
  return some(value, value.trim().length);
}

const READERS = {
  likert: readRadio, single: readRadio, situation: readRadio,
  multiple: readMultiple, ordering: readOrdering, matching: readMatching,
  number: readField, short_text: readField,
};

export function readAnswers(form) {
  const items = Array.from(form.querySelectorAll("[data-item]"));
  return Object.fromEntries(items.map((item) => [item.dataset.item, READERS[item.dataset.type](item)]));
}

/* Taking back a choice */

function enhanceRadio(item) {
  const button = item.querySelector("[data-clear]");
  if (!button) return;
  const chosen = () => item.querySelector("input[type=radio]:checked");
  const show = () => { button.hidden = !chosen(); };
  item.addEventListener("change", show);
  button.addEventListener("click", () => {
    const radio = chosen();
    radio.checked = false;
    radio.focus();
    announce(radio);
  });
  show();
}

/* Ordering: the selects hold the places; with script they give way to buttons and a grip. */

const stepsOf = (item) => Array.from(item.querySelectorAll("[data-step]"));
const selectOf = (step) => step.querySelector("select");
const placeOf = (step) => Number(selectOf(step).value);

function enhanceOrdering(item) {
  const list = stepsOf(item)[0].parentElement;
  const accept = item.querySelector("[data-accept]");
  const clear = item.querySelector("[data-clear]");
  const status = item.querySelector("[data-moved]");

  function show() {
    const steps = stepsOf(item);
    const placed = steps.filter(placeOf).length;
    accept.hidden = placed === steps.length;
    if (clear) clear.hidden = placed === 0;
    steps.forEach((step, index) => {
      step.querySelector("[data-place]").textContent = placeOf(step) || "–";
      step.querySelector("[data-move='-1']").disabled = index === 0;
      step.querySelector("[data-move='1']").disabled = index === steps.length - 1;
    });
  }

  function place(setPlace, changed) {
    stepsOf(item).forEach((step, index) => { selectOf(step).value = setPlace(index); });
    show();
    announce(selectOf(changed));
  }

  const number = (step) => {
    place((index) => String(index + 1), step);
    const steps = stepsOf(item);
    const words = { place: steps.indexOf(step) + 1, count: steps.length, step: step.querySelector("label").textContent };
    status.textContent = fill(status.dataset.moved, words);
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const step = button.closest("[data-step]");
    if (button.dataset.move === "-1") step.previousElementSibling.before(step);
    else step.nextElementSibling.after(step);
    number(step);
    (button.disabled ? step.querySelector("[data-move]:enabled") : button).focus();
  });
  accept.addEventListener("click", () => {
    number(stepsOf(item)[0]);
    list.querySelector("[data-move]:enabled").focus();
  });
  if (clear) {
    clear.addEventListener("click", () => {
      place(() => "", stepsOf(item)[0]);
      accept.focus();
    });
  }
  enableDragging(list, item, number);

  // Steps that have a place stand first, in order; the others keep the order they came in.
  const rank = (step) => placeOf(step) || Infinity;
  const ranked = stepsOf(item).sort((one, other) => (rank(one) === rank(other) ? 0 : rank(one) - rank(other)));
  list.append(...ranked);
  item.classList.add("item-scripted");
  item.querySelectorAll("[data-moves], [data-place]").forEach((part) => { part.hidden = false; });
  const hint = item.querySelector(".field-hint");
  if (hint) hint.textContent = status.dataset.hint;
  show();
}

function enableDragging(list, item, done) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    const step = grip.closest("[data-step]");
    const before = stepsOf(item);
    grip.setPointerCapture(event.pointerId);
    step.classList.add("order-dragged");
    event.preventDefault();

    // The neighbours move round the dragged step: moving it would take it out of the page and lose the pointer.
    const move = ({ clientY }) => {
      const [previous, next] = [step.previousElementSibling, step.nextElementSibling];
      if (previous && clientY < middle(previous)) step.after(previous);
      else if (next && clientY > middle(next)) step.before(next);
    };
    const end = ({ type }) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      step.classList.remove("order-dragged");
      if (type === "pointercancel") list.append(...before);
      else if (stepsOf(item).some((other, index) => other !== before[index])) done(step);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });
}

function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

/* How much of a text is used; the server counts the same way: characters, not code units, outer spaces aside. */

function enhanceText(item) {
  const field = item.querySelector("textarea");
  const counter = item.querySelector("[data-count]");
  // What the server said of a text too long stands above the field already.
  const isSaid = () => item.querySelector(".field-error:not([data-count])");
  const show = () => {
    const used = Array.from(field.value.normalize("NFC").trim()).length;
    const isOver = used > Number(counter.dataset.most);
    counter.textContent = fill(isOver && !isSaid() ? counter.dataset.over : counter.dataset.used, { used, most: counter.dataset.most });
    counter.className = isOver ? "field-error" : "field-hint";
    counter.setAttribute("aria-live", isOver ? "polite" : "off");
  };
  field.addEventListener("input", show);
  show();
}

const ENHANCERS = {
  likert: enhanceRadio, single: enhanceRadio, situation: enhanceRadio,
  ordering: enhanceOrdering, short_text: enhanceText,
};

export function enhance(root) {
  for (const item of root.querySelectorAll("[data-item]:not([data-enhanced])")) {
    item.dataset.enhanced = "";
    ENHANCERS[item.dataset.type]?.(item);
  }
}

const announce = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

enhance(document);

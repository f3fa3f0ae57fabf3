// The desk's keyboard, focus and countdowns. Everything here also works without it, by clicking.

const KEYS_OFF = "textarea, select, [contenteditable], dialog[open], input:not([type=checkbox]):not([type=radio])";
const ROW = "tr, .sampled";
const CARRIED_ON = "[data-next][data-seconds]";

document.documentElement.classList.add("scripted");

const notice = (sentence) => {
  const told = document.createElement("p");
  told.className = "refusal";
  told.textContent = sentence;
  document.getElementById("notice").replaceChildren(told);
};

// Keys

const openLinks = () => [...document.querySelectorAll("a.open")];

const step = (by) => {
  const links = openLinks();
  if (!links.length) return false;
  const row = document.activeElement?.closest(ROW);
  const at = links.findIndex((link) => link.closest(ROW) === row);
  const next = at < 0 ? links[by > 0 ? 0 : links.length - 1] : links[Math.min(Math.max(at + by, 0), links.length - 1)];
  next.focus();
  return true;
};

const use = (key) => {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target || target.disabled) return false;
  if (target.matches("textarea")) {
    document.querySelector("details[name=decide][open]")?.removeAttribute("open");
    target.focus();
    target.setSelectionRange(target.value.length, target.value.length);
  } else {
    target.click();
    if (target.matches("summary")) target.parentElement.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  }
  return true;
};

const pick = () => {
  const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
};

const help = () => (document.getElementById("help")?.showModal(), true);

const press = (key) => {
  if (key === "?") return help();
  if (key === "x") return pick();
  if (key === "j") return step(1) || use("j");
  if (key === "k") return step(-1) || use("k");
  return "aercuq".includes(key) && use(key);
};

document.addEventListener("keydown", (event) => {
  const inField = event.target.closest?.(KEYS_OFF);
  const unfolded = document.querySelector("details[name=decide][open]");
  if (event.key === "Escape" && !inField?.matches("dialog") && (inField || unfolded)) {
    event.target.blur();
    unfolded?.removeAttribute("open");
    (unfolded?.querySelector("summary") ?? document.getElementById("main")).focus({ preventScroll: true });
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.preventDefault();
    const submit = [...event.target.form.elements].find((part) => part.matches("button.primary"));
    event.target.form.requestSubmit(submit);
    return;
  }
  if (inField || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.repeat) return;
  if (press(event.key.toLowerCase())) event.preventDefault();
});

// Clicks and choices

document.addEventListener("click", (event) => {
  const native = event.target.closest("[data-native]");
  if (native) {
    // Past htmx: the whole page comes back, with what was typed.
    event.preventDefault();
    native.form.action = native.getAttribute("formaction");
    native.form.submit();
    return;
  }
  if (event.target.closest("[data-help]")) help();
  const focuses = event.target.closest("[data-focus]");
  if (focuses) document.querySelector(focuses.dataset.focus)?.focus();
  const copies = event.target.closest("[data-copy]");
  if (copies) {
    const into = document.querySelector(copies.dataset.into);
    into.value = document.querySelector(copies.dataset.copy).textContent;
    into.dispatchEvent(new Event("input", { bubbles: true }));
    into.focus();
  }
});

const chosen = () => {
  const bar = document.getElementById("bulk-bar");
  if (!bar) return;
  const count = document.querySelectorAll("#lines input:checked").length;
  document.getElementById("chosen").textContent = count;
  bar.classList.toggle("chosen", count > 0);
};

document.addEventListener("change", (event) => {
  event.target.closest("[data-send-on-change]")?.requestSubmit();
  const prefills = event.target.dataset?.prefills;
  if (prefills) {
    const into = document.querySelector(prefills);
    const given = [...event.target.options].map((option) => option.dataset.prefill);
    if (!into.value.trim() || given.includes(into.value)) into.value = event.target.selectedOptions[0].dataset.prefill;
  }
  chosen();
});

// Times: written in UTC, read in the time of whoever reads

const CLOCK = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" });

const tellTimes = () => {
  for (const part of document.querySelectorAll("time[datetime]:not([title])")) {
    part.title = `${part.textContent} UTC`;
    part.textContent = CLOCK.format(new Date(part.dateTime)).replace(",", "");
  }
};

// Countdowns

const ends = new WeakMap();

const left = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`);

const tick = () => {
  for (const part of document.querySelectorAll("[data-seconds]")) {
    const known = ends.get(part);
    const end = known?.from === part.dataset.seconds ? known.end : Date.now() + part.dataset.seconds * 1000;
    ends.set(part, { from: part.dataset.seconds, end });
    const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const shown = part.querySelector("[data-left]");
    if (shown && shown.textContent !== left(seconds)) shown.textContent = left(seconds);
    if (seconds === 0 && part.matches(CARRIED_ON)) {
      delete part.dataset.seconds;
      location.assign(part.dataset.next);
    }
  }
};
setInterval(tick, 250);
tick();

// htmx

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = document.getElementById("csrf").content;
});

document.addEventListener("htmx:before:request", (event) => {
  if (event.detail.ctx.request.method === "POST") document.getElementById("notice").replaceChildren();
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.request?.method === "POST")
    notice("The desk cannot be reached, so nothing is certain. What you typed is still here: send it again, it counts once.");
});

// A swap may take away what had the focus: then what stands in its place gets it, and it is never lost.

let held = null;

const remember = () => {
  const active = document.activeElement;
  if (!active || active === document.body) return;
  const row = active.closest(ROW);
  held = { id: active.id, row: row ? [...row.parentElement.children].indexOf(row) : -1, inDecide: Boolean(active.closest("#decide")) };
};

const restore = () => {
  chosen();
  const active = document.activeElement;
  if (!held || (active && active !== document.body && active.isConnected)) return;
  const links = openLinks();
  const target =
    (held.id && document.getElementById(held.id)) ||
    (held.row >= 0 && links[Math.min(held.row, links.length - 1)]) ||
    (held.inDecide && document.querySelector("#decide button, #decide a")) ||
    document.getElementById("main");
  target.focus({ preventScroll: true });
};

document.addEventListener("focusin", remember);
document.addEventListener("htmx:before:swap", remember);
document.addEventListener("htmx:after:swap", () => {
  tellTimes();
  requestAnimationFrame(restore);
});
tellTimes();
chosen();

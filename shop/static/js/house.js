// Small conveniences. Every page works without this file.
"use strict";

// Quantity: show the − and + buttons and keep them within the limits.
for (const box of document.querySelectorAll("[data-quantity]")) {
  const input = box.querySelector("input");
  const buttons = box.querySelectorAll("[data-step]");
  const sync = () => {
    for (const button of buttons) {
      const next = Number(input.value) + Number(button.dataset.step);
      button.disabled = (input.min !== "" && next < Number(input.min)) || (input.max !== "" && next > Number(input.max));
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = Number(input.value || input.min || 0) + Number(button.dataset.step);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  input.addEventListener("input", sync);
  sync();
}

// A form sends itself when [data-submit-on-change] changes; its button stays for those without scripts.
for (const control of document.querySelectorAll("[data-submit-on-change]")) {
  control.addEventListener("change", () => control.form.requestSubmit());
  const button = control.form.querySelector("[data-without-scripts]");
  if (button) button.hidden = true;
}

// A second press of a sending form does nothing until the page answers.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "1";
  const pressed = event.submitter || form.querySelector("[type=submit]");
  pressed?.setAttribute("aria-busy", "true");
  // An answer that is a download leaves the page standing: the form may be sent again after a while.
  setTimeout(() => {
    delete form.dataset.sending;
    pressed?.removeAttribute("aria-busy");
  }, 8000);
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// The summary of a refused form takes the focus.
document.querySelector("[data-focus]")?.focus();

// Queues: J and K move over rows, Enter, C and U press the row's own button or link (data-key="enter|c|u").
const queue = document.querySelector("[data-queue]");
if (queue) {
  const rows = () => [...queue.querySelectorAll("tr[data-row]")];
  const go = (row) => {
    if (!row) return;
    for (const other of rows()) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const here = () => rows().find((row) => row.getAttribute("aria-current") === "true");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const list = rows();
    const row = here();
    if (key === "j" || key === "k") {
      event.preventDefault();
      go(list[Math.min(Math.max(list.indexOf(row) + (key === "j" ? 1 : -1), 0), list.length - 1)]);
    } else if (["enter", "c", "u"].includes(key) && row && !event.target.closest("a, button, summary")) {
      const control = row.querySelector(`[data-key="${key}"]`);
      if (control) {
        event.preventDefault();
        control.click();
      }
    }
  });
}

// [data-print] prints, [data-copy="text"] copies; both stay hidden without scripts.
for (const button of document.querySelectorAll("[data-print], [data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (button.dataset.copy === undefined) return window.print();
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "1";
  });
}

// The picture of the card that was pressed travels to the product page.
window.addEventListener("pageswap", (event) => {
  const path = event.activation?.entry?.url && new URL(event.activation.entry.url).pathname;
  if (!event.viewTransition || !path?.startsWith("/goods/")) return;
  const link = document.querySelector(`[data-goods] a[href="${path.replace(/["\\]/g, "")}"]`);
  const picture = link?.closest("[data-goods]").querySelector(".picture");
  if (picture) picture.style.viewTransitionName = "house-picture";
});
window.addEventListener("pagereveal", (event) => {
  const picture = document.querySelector(".picture--page");
  if (!event.viewTransition || !picture) return;
  picture.style.viewTransitionName = "house-picture";
  event.viewTransition.finished.then(() => { picture.style.viewTransitionName = ""; });
});

"use strict";
// What is typed into a form[data-keep] survives a session that ended, an error page or a reload, until the server says
// that it took it: by a cookie that names the address it was posted to. It is kept in the tab alone, and per user.
(() => {
  const PREFIX = "kept:";
  const SKIPPED = new Set(["hidden", "password", "file", "submit", "button", "reset", "search"]);
  const store = (() => { try { return window.sessionStorage; } catch { return null; } })();
  if (!store) return;

  const read = (key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const write = (key, kept) => { try { store.setItem(key, JSON.stringify(kept)); } catch { /* full: it is not kept */ } };

  const fields = (form) => [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type));
  const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
  const valueOf = (field) => {
    if (isTicked(field)) return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  };
  const valuesOf = (form) => fields(form).map(valueOf);
  // What the server stores may differ from what was typed by blanks at the ends.
  const plain = (values) => JSON.stringify(values, (_key, value) => (typeof value === "string" ? value.trim() : value));

  const fill = (form, values) => {
    for (const field of fields(form)) {
      const place = values.findIndex(([name, value]) => name === field.name && (!isTicked(field) || value === field.value));
      if (place < 0) continue;
      const [[, value, ticked]] = values.splice(place, 1);
      if (isTicked(field)) field.checked = ticked;
      else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
      else field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const tell = (form, discard) => {
    const notice = document.getElementById("kept-notice").content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-discard]").addEventListener("click", () => { discard(); notice.remove(); });
    form.before(notice);
  };

  const keyOf = (form) => `${PREFIX}${document.body.dataset.user}:${new URL(form.getAttribute("action") || "", location).pathname}:${form.id}`;

  const watch = (form) => {
    const key = keyOf(form);
    const first = JSON.stringify(valuesOf(form));
    const isAnswer = "bound" in form.dataset;   // it shows what was typed, with what is wrong about it
    let changed = isAnswer;
    let leaving = false;

    const remember = () => {
      changed = isAnswer || JSON.stringify(valuesOf(form)) !== first;
      if (changed) write(key, valuesOf(form));
      else store.removeItem(key);
    };

    const kept = read(key);
    if (kept && !isAnswer && plain(kept) !== plain(JSON.parse(first))) {
      fill(form, kept);
      tell(form, () => fill(form, JSON.parse(first)));
    }
    remember();

    form.addEventListener("input", remember);
    form.addEventListener("change", remember);
    form.addEventListener("submit", () => { leaving = true; });
    addEventListener("pageshow", () => { leaving = false; });
    addEventListener("beforeunload", (event) => { if (changed && !leaving) event.preventDefault(); });
  };

  const forgetTaken = () => {
    const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("taken="));
    if (!cookie) return;
    const part = `:${decodeURIComponent(cookie.slice("taken=".length))}:`;
    const taken = Object.keys(store).filter((key) => key.startsWith(PREFIX) && key.includes(part));
    taken.forEach((key) => store.removeItem(key));
    if (taken.length) document.cookie = "taken=; path=/; max-age=0";
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.body.dataset.user) return;
    forgetTaken();
    document.querySelectorAll("form[data-keep]").forEach(watch);
  });
})();

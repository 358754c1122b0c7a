"use strict";
// Loaded before the first paint, so that a dark page never flashes white. Everything else is delegated to the document.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const applyTheme = () => { root.dataset.bsTheme = stored() || (system.matches ? "dark" : "light"); };
  applyTheme();
  system.addEventListener("change", applyTheme);

  const switchTheme = () => {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", next); } catch { /* private windows may refuse; the page still switches */ }
    root.dataset.bsTheme = next;
  };

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`timezone=${zone}`)) {
    document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;
  }

  const ask = (words, yes) => new Promise((resolve) => {
    const dialog = document.getElementById("confirm");
    dialog.querySelector("#confirm-words").textContent = words;
    if (yes) dialog.querySelector("[data-confirm-yes]").textContent = yes;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!asking.dataset.confirm || form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopPropagation();
    if (await ask(asking.dataset.confirm, asking.dataset.yes || event.submitter?.textContent)) {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
    }
  }, true);

  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question, event.detail.elt.dataset.yes)) event.detail.issueRequest(true);
  });

  const toClipboard = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");   // pages on plain http have no clipboard
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  const copy = async (button) => {
    const before = button.textContent;
    await toClipboard(button.dataset.copy);
    button.textContent = button.dataset.copied || before;
    setTimeout(() => { button.textContent = before; }, 1600);
  };

  const insert = (button) => {
    const area = document.querySelector(button.dataset.into);
    area.setRangeText(button.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A sum of what is ticked: each box of a [data-total] carries its number, the selector says where the sum is shown.
  document.addEventListener("change", (event) => {
    const group = event.target.closest("[data-total]");
    if (!group) return;
    const ticked = [...group.querySelectorAll("[data-number]:checked")].map((box) => Number(box.dataset.number));
    const sum = ticked.reduce((total, number) => total + number, 0);
    document.querySelector(group.dataset.total).textContent = sum.toLocaleString(root.lang);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.hasAttribute("data-theme-switch")) switchTheme();
    else if (button.hasAttribute("data-dismiss-notice")) button.closest("[data-notice]").remove();
    else if (button.hasAttribute("data-copy")) copy(button);
    else if (button.hasAttribute("data-insert")) insert(button);
  });

  // Filters change the address without a new page: what is exported is what the address says when it is asked for.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-with-filters] a");
    if (!link) return;
    const address = new URL(link.href);
    const filters = new URLSearchParams(location.search);
    if (address.searchParams.has("columns")) filters.set("columns", address.searchParams.get("columns"));
    address.search = filters;
    link.href = address;
  });
  document.addEventListener("submit", (event) => {
    const query = event.target.querySelector("[data-here]");
    if (query) query.value = location.pathname + location.search;
  });

  // One box that ticks all boxes of its table.
  document.addEventListener("change", (event) => {
    if (!event.target.hasAttribute("data-tick-all")) return;
    const boxes = event.target.closest("table").querySelectorAll("input[name=id]");
    boxes.forEach((box) => { box.checked = event.target.checked; });
  });

  // A menu that is open closes when somebody goes elsewhere.
  const closeMenus = (except) => document.querySelectorAll("details.more[open]").forEach((menu) => {
    if (!menu.contains(except)) menu.open = false;
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });

  // The current entry of the small screen's navigation bar may stand outside of what is visible.
  document.addEventListener("DOMContentLoaded", () => {
    const bar = document.querySelector(".nav-side");
    const current = bar?.querySelector("[aria-current]");
    if (current && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = current.offsetLeft - 24;
  });
})();

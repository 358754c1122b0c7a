"use strict";
// Puts the right form of a variable in the place of what only looks like one.
(() => {
  const placeOf = (text, found, nth) => {
    let place = text.indexOf(found);
    for (let seen = 0; seen < nth && place >= 0; seen += 1) place = text.indexOf(found, place + found.length);
    return place;
  };

  const replace = (button) => {
    const area = document.querySelector(button.dataset.into);
    const found = button.dataset.replace;
    const place = placeOf(area.value, found, Number(button.dataset.nth));
    if (place >= 0) area.setRangeText(button.dataset.by, place, place + found.length, "end");
    return area;
  };

  const tell = (area) => {
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-replace], [data-replace-all]");
    if (!button) return;
    if (button.hasAttribute("data-replace")) { tell(replace(button)); return; }
    // From the end, so that the counts of those before still hold.
    const all = [...document.querySelectorAll(`${button.dataset.replaceAll} [data-replace]`)].reverse();
    tell(all.map(replace).at(-1));
  });
})();

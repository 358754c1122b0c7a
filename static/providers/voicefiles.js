"use strict";
// One player for the whole list, and suggestions for words with commas between them.
(() => {
  const bar = document.getElementById("player");
  const sound = bar?.querySelector("audio");
  let current = "";

  const mark = () => {
    document.querySelectorAll("[data-play]").forEach((link) => {
      link.classList.toggle("playing", !sound.paused && link.getAttribute("href") === current);
    });
  };

  const play = (link) => {
    const address = link.getAttribute("href");
    if (address === current && !sound.paused) return sound.pause();
    if (address !== current) {
      current = address;
      sound.src = address;
      bar.querySelector("b").textContent = link.dataset.name;
      bar.querySelector("[role=alert]").hidden = true;
    }
    bar.hidden = false;
    return sound.play().catch(() => {});   // why it cannot be played is told by the error event
  };

  const close = () => {
    sound.pause();
    sound.removeAttribute("src");
    current = "";
    bar.hidden = true;
    mark();
  };

  if (bar) {
    ["play", "pause", "ended"].forEach((event) => sound.addEventListener(event, mark));
    sound.addEventListener("error", () => { if (current) bar.querySelector("[role=alert]").hidden = false; mark(); });
    bar.querySelector("button").addEventListener("click", close);
    document.addEventListener("htmx:afterSwap", mark);
    document.addEventListener("click", (event) => {
      const link = event.target.closest("[data-play]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      play(link);
    });
  }

  // A datalist completes whole fields only: what is written before the last comma is put before each suggestion.
  const field = document.querySelector("input[list=known-tags]");
  const options = [...document.querySelectorAll("#known-tags option")];
  const words = options.map((option) => option.value);
  field?.addEventListener("input", () => {
    const before = field.value.includes(",") ? `${field.value.slice(0, field.value.lastIndexOf(",") + 1)} ` : "";
    options.forEach((option, index) => { option.value = before + words[index]; });
  });
})();

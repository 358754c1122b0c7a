"use strict";
// Dropping, sizes that are too big before anything is sent, the progress of an upload, and columns that follow a choice.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const form = () => document.getElementById("upload");
  const fileOf = (upload) => upload.elements.file.files[0];

  const complain = (upload, words) => {
    const notice = upload.querySelector("[data-error]");
    notice.firstElementChild.textContent = words;
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  };

  const obstacle = (upload) => {
    const file = fileOf(upload);
    if (file && file.size > Number(upload.dataset.most)) return upload.dataset.tooBig;
    const pasted = new Blob([upload.elements.pasted.value]).size;
    return pasted > Number(upload.dataset.mostPasted) ? upload.dataset.tooMuch : "";
  };

  // What is too big is never sent: the answer would come before the last byte, and what was pasted would be lost.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form()) return;
    const words = obstacle(event.target);
    if (!words) return;
    event.preventDefault();
    complain(event.target, words);
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const upload = form();
    if (!upload || event.target !== upload || !event.detail.lengthComputable || !fileOf(upload)) return;
    const bar = upload.querySelector(".upload-bar");
    bar.hidden = false;
    if (event.detail.loaded < event.detail.total) bar.value = event.detail.loaded / event.detail.total;
    else bar.removeAttribute("value");
  });

  const broke = (words) => (event) => {
    const upload = form();
    if (!upload || event.target !== upload) return;
    upload.querySelector(".upload-bar").hidden = true;
    complain(upload, upload.dataset[words]);
  };
  document.addEventListener("htmx:sendError", broke("broken"));
  document.addEventListener("htmx:responseError", broke("refused"));

  const carriesFiles = (event) => form() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form().classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form()?.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    form()?.classList.remove("dropping");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form().elements.file.files = event.dataTransfer.files;
    form().elements.file.focus();
  });

  // Only one column holds the numbers; only what is kept has a name.
  const follow = (select) => {
    const name = select.closest("[data-column]").querySelector("[data-name]");
    if (name) name.hidden = select.value !== "value";
  };
  const followAll = () => document.querySelectorAll("[data-role]").forEach(follow);
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-role]")) return;
    if (event.target.value === "number") {
      for (const other of document.querySelectorAll("[data-role]")) {
        if (other !== event.target && other.value === "number") other.value = "skip";
      }
    }
    followAll();
  });
  document.addEventListener("htmx:afterSettle", followAll);
  followAll();
})();

"use strict";
// One request for each file, two at a time, so that each has its own progress and its own result.
(() => {
  const form = document.getElementById("upload");
  const input = form.elements.files;
  const section = document.getElementById("uploads");
  const list = section.querySelector("ul");
  const words = form.dataset;
  const AT_ONCE = 2;
  const waiting = [];
  let going = 0;

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const line = (file) => {
    const item = element("li", "upload");
    const row = element("div", "upload-going");
    const progress = element("progress");
    progress.max = 1;
    progress.value = 0;
    progress.setAttribute("aria-label", file.name);
    const said = element("span", "sub", words.waiting);
    const stop = element("button", "btn btn-quiet btn-small", words.stop);
    stop.type = "button";
    row.append(progress, said, stop);
    item.append(element("div", "upload-name", file.name), row);
    return { item, progress, said, stop };
  };

  const fail = (shown, name, text) => {
    const told = element("div", "upload-words");
    const alert = element("span", "", text);
    alert.setAttribute("role", "alert");
    told.append(element("span", "state s-rejected", words.notTaken), " ", alert);
    shown.item.className = "upload s-rejected";
    shown.item.replaceChildren(element("div", "upload-name", name), told);
  };

  const isAnswer = (request) => request.responseURL.endsWith("?lines") && request.responseText.includes('class="upload');

  const finish = () => {
    going -= 1;
    next();
  };

  const send = (job) => {
    const { file, shown } = job;
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.append("files", file);
    data.append("complete", "1");
    job.request = request;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      shown.progress.value = event.loaded / event.total;
      shown.said.textContent = `${Math.round(100 * event.loaded / event.total)} %`;
    });
    request.upload.addEventListener("load", () => {
      shown.progress.removeAttribute("value");
      shown.said.textContent = words.checking;
    });
    request.addEventListener("load", () => {
      if (isAnswer(request)) shown.item.outerHTML = request.responseText;
      else fail(shown, file.name, words.refused);
      finish();
    });
    request.addEventListener("error", () => { fail(shown, file.name, words.broken); finish(); });
    request.addEventListener("abort", () => { fail(shown, file.name, words.stopped); finish(); });
    request.open("POST", `${form.getAttribute("action")}?lines`);
    request.send(data);
  };

  const next = () => {
    while (going < AT_ONCE && waiting.length) {
      going += 1;
      send(waiting.shift());
    }
  };

  const stop = (job) => {
    if (job.request) return job.request.abort();
    waiting.splice(waiting.indexOf(job), 1);
    return fail(job.shown, job.file.name, words.stopped);
  };

  const add = (files) => {
    if (!files.length) return;
    section.hidden = false;
    const jobs = files.map((file) => ({ file, shown: line(file) }));
    list.prepend(...jobs.map((job) => job.shown.item));
    for (const job of jobs) {
      if (job.file.size > Number(words.most)) {
        fail(job.shown, job.file.name, words.tooLong);
        continue;
      }
      job.shown.stop.addEventListener("click", () => stop(job));
      waiting.push(job);
    }
    next();
  };

  form.classList.add("scripted");
  input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  form.addEventListener("submit", (event) => event.preventDefault());

  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });

  addEventListener("beforeunload", (event) => { if (going || waiting.length) event.preventDefault(); });
})();

// Everything here makes better what already works without it. No eval, no inline handlers: the pages' CSP forbids both.
"use strict";

const KEPT = "uep:kept:"; // forms whose last words the server has not got yet
const reader = () => document.body.dataset.reader || "";
const clock = () => new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" });
const fields = (form, selector) => [...form.querySelectorAll(selector)];

function element(tag, attributes, text) {
  const made = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
  if (text) made.textContent = text;
  return made;
}

function announce(form, text, bad, ...links) {
  let line = form.querySelector(".saved");
  if (!line) {
    line = element("p", { class: "saved", role: "status" });
    (form.querySelector(".acts-main") || form).append(line); // there it stays in sight while one types
  }
  line.replaceChildren(text, ...links.flatMap((link, at) => (at ? [", ", link] : [" ", link])));
  line.classList.toggle("unsaved", Boolean(bad));
}

// The wrong boxes of an autosave, each with its fault beside it; links that lead to them.
function mark(form, faults) {
  fields(form, "[data-live]").forEach((told) => { told.closest(".field").classList.remove("has-error"); told.remove(); });
  return Object.entries(faults).map(([name, sentences]) => {
    const box = form.querySelector(`#div_id_${name}`);
    if (!box) return document.createTextNode(sentences.join(" "));
    const control = box.querySelector(".choices, .input-group, input, select, textarea");
    if (!box.matches(".has-error") && !control.matches("[hx-post]")) { // a number that is looked at while it is typed has its fault already
      box.classList.add("has-error");
      control.before(element("p", { class: "invalid-feedback", "data-live": "" }, sentences.join(" ")));
    }
    const label = box.querySelector("label, legend").firstChild.textContent.trim();
    return element("a", { href: `#${control.id || box.id}` }, label);
  });
}

// Sent once ------------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const visits = form.matches("[data-sign-out]") && localStorage.getItem(`${KEPT}visits`); // on this phone, not at the office yet
  if (form.dataset.sent || (visits && !confirm(`${visits} kunjungan di ponsel ini belum terkirim dan hilang bila Anda keluar. Tetap keluar?`))) return event.preventDefault();
  form.dataset.sent = "1";
  if (form.matches("[data-sign-out]")) forgetAll();
  const buttons = fields(form, "button, input[type=submit]").concat([...document.querySelectorAll(`[form="${form.id || "-"}"]`)]);
  // Only after the browser has read the form: a disabled button is not sent.
  setTimeout(() => buttons.forEach((button) => { if (button.type === "submit") button.disabled = true; }));
  const files = fields(form, "input[type=file]").flatMap((input) => [...input.files]);
  if (files.length && !form.matches("[hx-post]")) send(form, event);
});

function ready(form) {
  delete form.dataset.sent;
  fields(form, "button, input[type=submit]").forEach((button) => { if (button.type === "submit") button.disabled = false; });
}

// A page that comes back from the browser's memory is fresh again.
window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(ready); });

// Uploads: with progress, and nothing is lost when the line breaks -----------------------------------------------------

function send(form, event) {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const box = element("div", { class: "sending", role: "status" }, "Mengirim berkas… ");
  const bar = element("progress", { max: "100", value: "0", "aria-label": "Kemajuan pengiriman" });
  box.append(bar);
  document.body.append(box);
  const stop = (text) => { box.remove(); ready(form); announce(form, text, true); };
  request.upload.onprogress = (step) => { if (step.lengthComputable) bar.value = (100 * step.loaded) / step.total; };
  request.onerror = () => stop("Sambungan terputus, berkas belum terkirim. Isian Anda masih di sini; coba kirim lagi.");
  request.onload = () => {
    box.remove();
    if (request.status >= 500) return stop("Terjadi gangguan di server. Tunggu sebentar, lalu kirim lagi.");
    if (request.status === 413) return stop("Berkas terlalu besar. Kirim lebih sedikit sekaligus, atau foto yang lebih kecil.");
    if (!(request.getResponseHeader("Content-Type") || "").startsWith("text/html")) return location.assign(request.responseURL);
    show(request.responseText, request.responseURL);
  };
  const data = new FormData(form);
  if (event.submitter && event.submitter.name) data.append(event.submitter.name, event.submitter.value);
  request.open("POST", form.action);
  request.send(data);
}

function show(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  if (url !== location.href) history.pushState({ uep: true }, "", url);
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  if (window.htmx) window.htmx.process(document.body);
  start(document.body);
  window.scrollTo(0, 0);
  if (!document.querySelector("[data-focus]")) document.getElementById("isi")?.focus();
}

window.addEventListener("popstate", (event) => { if (!event.state?.htmx) location.reload(); });

// Autosave: <form data-autosave> posts to its own action (or to the value) while one types ------------------------------

const place = (form) => `${KEPT}${reader()}:${form.dataset.autosaveKey || location.pathname}`;
const secret = (input) => ["password", "file", "hidden"].includes(input.type) || input.closest("[data-private]");

function keep(form, names) {
  const wanted = (input) => input.name && !secret(input) && (!names || names.includes(input.name));
  const values = [...form.elements].filter(wanted).map((input) =>
    [input.name, ["checkbox", "radio"].includes(input.type) ? input.checked : input.value, input.value]);
  if (!values.length) return localStorage.removeItem(place(form));
  try { localStorage.setItem(place(form), JSON.stringify({ at: Date.now(), values })); } catch { /* full or forbidden */ }
}

function restore(form) {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(place(form)) || "null"); } catch { return; }
  if (!kept || Date.now() - kept.at > 7 * 864e5) return localStorage.removeItem(place(form));
  const inputs = [...form.elements].filter((input) => input.name && !secret(input));
  const seen = {};
  for (const [name, value, own] of kept.values) {
    if (typeof value === "boolean") {
      const input = inputs.find((one) => one.name === name && one.value === own);
      if (input) input.checked = value;
    } else {
      seen[name] = (seen[name] ?? -1) + 1;
      const input = inputs.filter((one) => one.name === name)[seen[name]];
      if (input) input.value = value;
    }
  }
  form.prepend(element("p", { class: "notice info", role: "status" },
    "Isian yang belum sempat tersimpan dipulihkan dari perangkat ini. Periksa, lalu simpan."));
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function forgetAll() {
  Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).forEach((key) => localStorage.removeItem(key));
}

function autosave(form) {
  let timer = 0, running = false, again = false;
  const save = async () => {
    if (form.dataset.sent) return;
    if (running) { again = true; return; }
    running = true;
    const data = new FormData(form);
    fields(form, "input[type=file]").forEach((input) => data.delete(input.name));
    try {
      const answer = await fetch(form.dataset.autosave || form.action, {
        method: "POST", body: data, redirect: "manual", headers: { "X-Autosave": "1" }, credentials: "same-origin",
      });
      // A redirect would lead to the sign-in page: the session is over, the words stay on this device.
      if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
      const { saved, faults } = answer.status === 204 ? { saved: [], faults: {} } : await answer.json();
      saved.forEach((name) => { // from now on this is what the page shows, and another window may change it
        const shown = form.elements.namedItem(`initial-${name}`);
        if (shown) shown.value = data.get(name) ?? "";
      });
      const links = mark(form, faults);
      if (answer.ok) {
        localStorage.removeItem(place(form));
        announce(form, `Tersimpan otomatis ${clock()}`);
      } else {
        keep(form, saved.length ? Object.keys(faults) : null); // what the server has is not to come back from here later
        const told = saved.length ? `Tersimpan otomatis ${clock()}, kecuali`
          : `Belum tersimpan di server; disimpan di perangkat ini ${clock()}. Perbaiki dahulu`;
        announce(form, told, true, ...links);
      }
    } catch (error) {
      keep(form);
      const lost = error.message === "403" ? "Tidak dapat disimpan lagi; muat ulang halaman untuk melihat sebabnya. Isian tetap ada"
        : "Belum terkirim ke server; isian disimpan";
      announce(form, `${lost} di perangkat ini ${clock()}.`, true);
    }
    running = false;
    if (again) { again = false; save(); }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 1500); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  restore(form); // last, so that what comes back is saved like what is typed
  window.addEventListener("online", () => { if (localStorage.getItem(place(form))) save(); });
}

// Photos: seen before they are sent, and small enough for a village's line -----------------------------------------------

async function shrunk(file, longest) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1e6) return file;
    const canvas = element("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch { return file; } // the server judges it
}

function photos(input) {
  const box = element("div", { class: "preview", "aria-live": "polite" });
  input.after(box);
  input.addEventListener("change", async (event) => {
    if (event.detail === "shrunk") return;
    const longest = Number(input.dataset.shrink || 0); // only where asked: shrinking drops the place kept inside a photo
    if (longest && window.DataTransfer) {
      const small = new DataTransfer();
      for (const file of [...input.files]) small.items.add(await shrunk(file, longest));
      input.files = small.files;
    }
    box.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    box.replaceChildren(...[...input.files].filter((file) => /^image\/(jpeg|png|webp)$/.test(file.type)).map((file) =>
      element("img", { src: URL.createObjectURL(file), alt: file.name })));
  });
}

// Where one stands: <form data-locate> with inputs latitude, longitude, accuracy (or lat, lng) ----------------------------

function locate(form) {
  if (!navigator.geolocation) return;
  const input = (...names) => names.map((name) => form.elements.namedItem(name)).find(Boolean);
  const [latitude, longitude, accuracy] = [input("latitude", "lat"), input("longitude", "lng"), input("accuracy")];
  if (!latitude || !longitude) return;
  const button = element("button", { type: "button", class: "btn btn-quiet mb-2" }, "Ambil posisi dari perangkat ini");
  const told = element("p", { class: "form-text", role: "status" });
  (latitude.closest(".field") || latitude).before(button, told);
  button.addEventListener("click", () => {
    told.textContent = "Mencari posisi… Tetap di tempat terbuka.";
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      latitude.value = coords.latitude.toFixed(6);
      longitude.value = coords.longitude.toFixed(6);
      if (accuracy) accuracy.value = Math.round(coords.accuracy);
      told.textContent = `Posisi terisi, ketelitian ${Math.round(coords.accuracy)} meter.`;
      form.dispatchEvent(new Event("input", { bubbles: true }));
    }, (fault) => {
      told.textContent = fault.code === 1
        ? "Izin lokasi ditolak. Izinkan di pengaturan peramban, atau tulis koordinatnya sendiri."
        : "Posisi belum ditemukan. Pindah ke tempat terbuka dan coba lagi, atau tulis koordinatnya sendiri.";
    }, { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 });
  });
}

// Required only when another field says so: data-required-if="role=village" or "role=bank|village" -----------------------

function requiredIf(input) {
  const [name, wanted] = input.dataset.requiredIf.split("=");
  const values = wanted.split("|");
  const mark = input.closest(".field")?.querySelector(".optional");
  const update = () => {
    const others = [...input.form.elements].filter((one) => one.name === name);
    const needed = others.some((one) => values.includes(one.value) && (!["radio", "checkbox"].includes(one.type) || one.checked));
    input.required = needed;
    if (mark) mark.textContent = needed ? "wajib diisi" : "boleh kosong";
  };
  input.form.addEventListener("change", update);
  update();
}

// Asked only on one answer to an earlier question: <div data-asked-if="answer_floor=soil">. The server decides all the same.

function askedIf(form) {
  const update = () => fields(form, "[data-asked-if]").forEach((box) => {
    const [name, wanted] = box.dataset.askedIf.split("=");
    const says = (one) => one.name === name && one.checked && one.value === wanted;
    box.hidden = ![...form.elements].some((one) => says(one) && !one.closest("[data-asked-if][hidden]"));
  });
  ["input", "change"].forEach((kind) => form.addEventListener(kind, update));
  update();
}

// Start -------------------------------------------------------------------------------------------------------------------

const begun = new WeakMap(); // element -> what was begun with it; one form may both be saved and ask where one stands

function start(root) {
  document.documentElement.classList.add("with-js");
  const each = (selector, work) => root.querySelectorAll(selector).forEach((found) => {
    const done = begun.get(found) || new Set();
    if (!done.has(selector)) { begun.set(found, done.add(selector)); work(found); }
  });
  each("[data-asks]", askedIf);
  each("form[data-autosave]", autosave);
  each("form[data-locate]", locate);
  each("input[type=file]", photos);
  each("[data-required-if]", requiredIf);
  each("[data-print]", (button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });
  each("[data-focus]", (summary) => summary.focus());
}

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement || document.body));
start(document.body);

// The verifier's app: takes assigned households along, and is written in without a signal. No framework: two screens.
"use strict";

(function () {
  const store = self.fieldStore, sync = self.fieldSync;
  const place = {
    home: document.body.dataset.scope, take: document.body.dataset.take, send: document.body.dataset.send,
    piece: Number(document.body.dataset.piece),
  };
  const zone = document.body.dataset.zone;
  const screen = document.getElementById("screen");
  const LARGEST = 300 * 1024; // bytes of a photo
  const AGAIN = 10_000; // ms
  const SIGNED = ["signature", "thumb"];

  function el(tag, attributes, ...inside) {
    const made = document.createElement(tag);
    Object.entries(attributes || {}).forEach(([name, value]) => { if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value); });
    made.append(...inside.filter((one) => one !== null && one !== undefined));
    return made;
  }
  const button = (words, tone, work) => { const made = el("button", { type: "button", class: `btn btn-${tone}` }, words); made.addEventListener("click", work); return made; };
  const sheet = (title, ...inside) => el("section", { class: "sheet" }, el("h2", { class: "sheet-title" }, title), ...inside);
  const pill = (words, tone) => el("span", { class: `pill ${tone}` }, words);
  const local = (moment) => new Date(moment).toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16);
  const clock = (moment) => `${new Date(moment).toLocaleString("id-ID", { timeZone: zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })}`;

  function tell(words, tone, ...more) {
    const line = document.getElementById("told");
    line.className = `notice ${tone || "info"}`;
    line.replaceChildren(words, ...more.flatMap((one) => [" ", one]));
    line.hidden = !words;
  }

  async function told(work) {
    try { return await work(); } catch (stop) {
      if (!(stop instanceof sync.Stop)) throw stop;
      tell(stop.message, stop.code === "offline" ? "info" : "warning", ...(stop.code === "sign_in" ? [el("a", { href: document.body.dataset.signIn }, "Masuk")] : []));
      if (stop.code === "shut_out") await show();
      return null;
    }
  }

  // A bar on the display is no signal yet: whether the office answers is what counts.
  async function line() {
    let reached = navigator.onLine;
    if (reached) {
      try { await fetch(place.home, { method: "HEAD", cache: "no-store", redirect: "manual" }); } catch { reached = false; }
    }
    document.getElementById("line").textContent = reached ? "tersambung" : "tanpa sinyal";
  }

  async function count() { // for the sign-out button of the other pages: what would be lost
    const waiting = (await store.unsent()).length + (await store.all("drafts")).length;
    try { waiting ? localStorage.setItem("uep:kept:visits", waiting) : localStorage.removeItem("uep:kept:visits"); } catch { /* forbidden */ }
  }

  // Home -----------------------------------------------------------------------------------------------------------------

  async function home() {
    const [meta, errands, drafts, reports] = await Promise.all([store.meta(), store.all("errands"), store.all("drafts"), store.all("outbox")]);
    const waiting = reports.filter((report) => !report.sent);
    const begun = new Set(drafts.map((draft) => draft.ref)), gone = new Set(waiting.map((report) => report.ref));
    const parts = [el("h1", {}, "Kunjungan lapangan")];
    parts.push(el("p", {}, meta.at ? `Tugas diambil ${clock(meta.at)}. Yang ditulis di sini tersimpan di ponsel ini sampai terkirim.`
      : "Ambil tugas selagi ada sinyal. Sesudah itu kunjungan dapat dicatat tanpa sinyal."));
    const acts = el("div", { class: "d-flex flex-wrap gap-2 mb-3" });
    if (waiting.length) acts.append(button(`Kirim sekarang (${waiting.length})`, "primary", send));
    acts.append(button(meta.at ? "Ambil tugas lagi" : "Ambil tugas", waiting.length ? "quiet" : "primary", take));
    parts.push(acts);
    // Day by day, as the route is planned; a village that is seen on two days stands there twice.
    const stops = new Map();
    const titled = (errand) => (errand.day ? `${errand.day}, ${errand.village}` : errand.village);
    errands.filter((errand) => !gone.has(errand.ref)).sort((one, other) => (one.order ?? 1e9) - (other.order ?? 1e9))
      .forEach((errand) => stops.set(titled(errand), [...(stops.get(titled(errand)) || []), errand]));
    for (const [title, rows] of stops) {
      parts.push(sheet(title, el("ul", { class: "tasks" }, ...rows.map((errand) => item(errand.name, `#${errand.ref}`, errand.facts[0][1],
        begun.has(errand.ref) ? pill("draf di ponsel, belum terkirim", "warning") : errand.gone ? pill("bukan tugas Anda lagi", "neutral") : pill("belum dikunjungi", "info"))))));
    }
    if (meta.at && !stops.size && !waiting.length) parts.push(el("p", { class: "empty" }, "Tidak ada rumah tangga yang masih harus dikunjungi."));
    if (waiting.length) {
      parts.push(sheet("Belum terkirim", el("ul", { class: "tasks" }, ...waiting.map((report) => item(report.name, null, `selesai ditulis ${clock(report.at)}`,
        report.refused ? pill(report.refused, "danger") : pill("menunggu sinyal", "warning"))))));
    }
    const sent = reports.filter((report) => report.sent).sort((one, other) => (one.at < other.at ? 1 : -1));
    if (sent.length) {
      parts.push(sheet("Terkirim", el("ul", { class: "tasks" }, ...sent.map((report) => item(report.name, report.url, [report.trouble || `ditulis ${clock(report.at)}`, ...(report.spoilt || [])].join(" "),
        pill(report.label, { filed: "success", conflict: "danger" }[report.state] || "neutral"))))));
    }
    parts.push(el("p", { class: "form-text" }, el("a", { href: `${place.home}ponsel/` }, "Ponsel yang membawa tugas")));
    screen.replaceChildren(...parts);
  }

  const item = (name, url, where, state) => el("li", { class: "task" },
    url ? el("a", { href: url }, name) : el("strong", {}, name), el("small", {}, where), state);

  async function take(event) {
    event.target.disabled = true;
    const pack = await told(() => sync.take(place, phone()));
    if (pack) tell(pack.errands.length ? `${pack.errands.length} rumah tangga tersimpan di ponsel ini.` : "Belum ada tugas untuk Anda.", "success");
    navigator.storage?.persist?.(); // asks the browser not to clear it when room gets scarce
    await show();
  }

  function phone() {
    const found = navigator.userAgent.match(/\(([^)]+)\)/);
    return (found ? found[1].split(";").slice(-2).join(",").trim() : "Ponsel").slice(0, 80);
  }

  async function send() {
    const number = await told(() => sync.run(place, (done, all) => tell(`Mengirim laporan ${done} dari ${all}…`)));
    if (number) tell(`${number} laporan terkirim.`, "success");
    await show();
  }

  async function sendQuietly() {
    if (!navigator.onLine || !(await store.unsent()).length) return;
    try {
      if (await sync.run(place)) { tell("Laporan yang menunggu sudah terkirim.", "success"); if (!location.hash) await show(); }
    } catch (stop) {
      if (!(stop instanceof sync.Stop)) throw stop;
      if (!["offline", "server", "line"].includes(stop.code)) await told(() => { throw stop; }); // those end by themselves
    }
  }

  // One visit ------------------------------------------------------------------------------------------------------------

  async function visit(ref) {
    const [errand, draft, meta] = await Promise.all([store.get("errands", ref), store.get("drafts", ref), store.meta()]);
    if (!errand) { location.hash = ""; return; }
    const form = el("form", { novalidate: true, autocomplete: "off" });
    form.innerHTML = errand.form; // made by our own server, and kept as it came
    form.querySelectorAll("[hx-post]").forEach((input) => input.removeAttribute("hx-post"));
    if (draft) fill(form, draft.facts);
    else if (form.elements.namedItem("visited_at")) form.elements.namedItem("visited_at").value = stamp(form.elements.namedItem("visited_at"));
    const saved = el("p", { class: "saved", role: "status" }, draft ? "Draf di ponsel ini, belum terkirim." : "");
    let timer = 0;
    const save = async () => {
      clearTimeout(timer);
      await store.keepDraft({ ref, facts: read(form), at: new Date().toISOString() });
      saved.textContent = `Tersimpan di ponsel ${new Date().toLocaleTimeString("id-ID", { hour: "2-digit", minute: "2-digit" })}, belum terkirim.`;
      count();
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(save, 300); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    document.onvisibilitychange = () => { if (document.hidden && timer) save(); }; // the phone may kill the page now
    locate(form, later);
    asks(form);
    const pictures = sheet("Foto dan tanda tangan", ...meta.subjects.map(([subject, label]) => photos(ref, subject, label, save)));
    const finish = button("Selesai", "primary", () => done(errand, form, save));
    screen.replaceChildren(
      el("p", {}, el("a", { href: "#" }, "‹ Semua kunjungan")),
      el("h1", {}, errand.name),
      el("p", {}, `${errand.register}, surat tugas ${errand.until}`),
      sheet("Calon penerima", el("dl", { class: "facts" }, ...errand.facts.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text))))),
      form, pictures,
      el("div", { class: "acts" }, el("div", { class: "acts-main" }, finish, saved)),
    );
    window.scrollTo(0, 0);
  }

  const stamp = (input) => (input.type === "datetime-local" ? local(Date.now()).replace(" ", "T") : input.value.length ? local(Date.now()) : "");

  function read(form) {
    const facts = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "csrfmiddlewaretoken") (facts[name] ||= []).push(value);
    return facts;
  }

  function fill(form, facts) {
    for (const input of form.elements) {
      if (!input.name) continue;
      const values = facts[input.name] || [];
      if (["checkbox", "radio"].includes(input.type)) input.checked = values.includes(input.value);
      else if (input.tagName === "SELECT" && input.multiple) [...input.options].forEach((option) => { option.selected = values.includes(option.value); });
      else input.value = values[0] ?? "";
    }
  }

  // As askedIf in uep.js: a question that hangs on the answer to another one.
  function asks(form) {
    const update = () => form.querySelectorAll("[data-asked-if]").forEach((box) => {
      const [name, wanted] = box.dataset.askedIf.split("=");
      box.hidden = ![...form.elements].some((one) => one.name === name && one.checked && one.value === wanted && !one.closest("[data-asked-if][hidden]"));
    });
    form.addEventListener("input", update);
    form.addEventListener("change", update);
    update();
  }

  const position = () => new Promise((found) => {
    if (!navigator.geolocation) return found(null);
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), () => found(null), { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 });
  });

  function locate(form, later) {
    const latitude = form.elements.namedItem("latitude"), longitude = form.elements.namedItem("longitude"), accuracy = form.elements.namedItem("accuracy");
    if (!latitude || !longitude) return;
    const words = el("p", { class: "form-text", role: "status" });
    const act = button("Ambil posisi dari ponsel ini", "quiet", async () => {
      words.textContent = "Mencari posisi… Tetap di tempat terbuka.";
      const coords = await position();
      if (!coords) { words.textContent = "Posisi belum ditemukan. Pindah ke tempat terbuka dan coba lagi, atau tulis koordinatnya sendiri."; return; }
      latitude.value = coords.latitude.toFixed(6);
      longitude.value = coords.longitude.toFixed(6);
      if (accuracy) accuracy.value = Math.round(coords.accuracy);
      words.textContent = `Posisi terisi, ketelitian ${Math.round(coords.accuracy)} meter.`;
      later();
    });
    (latitude.closest(".field") || latitude).before(act, words);
  }

  // Photos ---------------------------------------------------------------------------------------------------------------

  function photos(ref, subject, label, save) {
    const box = el("div", { class: "field" });
    const list = el("div", { class: "preview" });
    const fresh = async () => list.replaceChildren(...await Promise.all((await store.photosOf(ref)).filter((photo) => photo.subject === subject).map((photo) => picture(photo, fresh))));
    const keep = async (blob, moment = now()) => {
      const bytes = await blob.arrayBuffer();
      const coords = await moment.place;
      const sha256 = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      await store.addPhoto({
        place: ref, subject, bytes, sha256, type: blob.type, taken_at: moment.at,
        latitude: coords ? coords.latitude : null, longitude: coords ? coords.longitude : null, accuracy: coords ? coords.accuracy : null,
      });
      await save();
      await fresh();
    };
    if (subject === "signature") box.append(el("h3", {}, label), pad(keep), list);
    else {
      const input = el("input", { type: "file", accept: "image/*", capture: "environment", class: "form-control", id: `foto-${subject}` });
      input.addEventListener("change", async () => {
        for (const file of [...input.files]) {
          const small = await shrunk(file);
          if (small) await keep(small); else tell("Foto ini tidak dapat dibaca ponsel. Ambil foto lain.", "warning");
        }
        input.value = "";
      });
      box.append(el("label", { for: `foto-${subject}`, class: "form-label" }, label), ...camera(label, keep), input, list);
    }
    fresh();
    return box;
  }

  const now = () => ({ at: new Date().toISOString(), place: position() });

  // The camera in the page, before the file box that stays where it does not work.
  function camera(label, keep) {
    if (!self.fieldCamera.exists()) return [];
    const room = el("div");
    const start = button("Buka kamera", "quiet", () => self.fieldCamera.show(room, {
      make: el, button, label, moment: now,
      shot: async (canvas, moment) => { const small = await shrunk(canvas); if (small) await keep(small, moment); },
      refuse: (words, why) => { if (why !== "NotReadableError") start.hidden = true; room.replaceChildren(el("p", { class: "form-text", role: "status" }, words)); },
    }));
    start.setAttribute("aria-label", `Buka kamera: ${label}`);
    start.classList.add("mb-2");
    return [start, room];
  }

  function picture(photo, fresh) {
    const url = URL.createObjectURL(new Blob([photo.bytes], { type: photo.type }));
    const image = el("img", { src: url, alt: `Foto ${photo.subject === "signature" ? "tanda tangan" : ""} ${clock(photo.taken_at)}` });
    image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    const drop = button("Hapus", "quiet", async () => { await store.dropPhoto(photo.id); await fresh(); });
    drop.classList.add("btn-sm");
    const where = photo.latitude === null ? "tanpa posisi" : `±${Math.round(photo.accuracy)} m`;
    return el("figure", {}, image, el("figcaption", {}, `${Math.ceil(photo.bytes.byteLength / 1024)} KB, ${where} `, drop));
  }

  // Small enough for a village's line: sides, then quality, until it fits.
  async function shrunk(file) {
    let bitmap;
    try { bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file.size <= 2e6 ? file : null; } // a picture of the camera is always read
    for (const [longest, quality] of [[1600, 0.8], [1400, 0.7], [1280, 0.6], [1024, 0.6], [800, 0.5], [640, 0.4]]) {
      const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
      const canvas = el("canvas", { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const made = await new Promise((ready) => canvas.toBlob(ready, "image/jpeg", quality));
      if (made && made.size <= LARGEST) { bitmap.close(); return made; }
    }
    return null;
  }

  function pad(keep) {
    const canvas = el("canvas", { width: 600, height: 240, class: "signature-pad", role: "img", "aria-label": "Tempat tanda tangan" });
    const drawn = new self.SignaturePad(canvas, { backgroundColor: "#ffffff", minWidth: 1, maxWidth: 3 });
    // As many points as it is wide on this display, so that the line is where the finger is.
    new ResizeObserver(() => {
      if (canvas.offsetWidth && canvas.width !== canvas.offsetWidth) { [canvas.width, canvas.height] = [canvas.offsetWidth, canvas.offsetHeight]; drawn.clear(); }
    }).observe(canvas);
    const clear = button("Ulangi", "quiet", () => drawn.clear());
    const use = button("Simpan tanda tangan", "quiet", async () => {
      if (drawn.isEmpty()) { tell("Minta calon penerima menandatangani dahulu.", "warning"); return; }
      await keep(await new Promise((ready) => canvas.toBlob(ready, "image/png")));
      drawn.clear();
    });
    return el("div", {}, canvas, el("div", { class: "d-flex gap-2 mt-2" }, use, clear));
  }

  // Done -----------------------------------------------------------------------------------------------------------------

  async function done(errand, form, save) {
    await save();
    const facts = read(form), subjects = (await store.photosOf(errand.ref)).map((photo) => photo.subject);
    const found = (facts.found || [])[0];
    const gaps = [];
    if (!(facts.visited_at || [])[0]) gaps.push("waktu kunjungan");
    if (!found) gaps.push("calon penerima ditemukan atau tidak");
    if (found === "found" && !subjects.some((subject) => SIGNED.includes(subject))) gaps.push("tanda tangan atau cap jempol");
    if (found && found !== "away" && !subjects.some((subject) => !SIGNED.includes(subject))) gaps.push("sedikitnya satu foto");
    if (gaps.length) { tell(`Belum ada: ${gaps.join(", ")}.`, "warning"); window.scrollTo(0, 0); return; }
    const at = new Date().toISOString();
    const uid = crypto.randomUUID();
    await store.finish({
      uid, ref: errand.ref, name: errand.name, at,
      envelope: { uid, proposal: errand.ref, assignment: errand.assignment, base: errand.base, facts, finished_at: at },
    }, errand.ref);
    location.hash = "";
    tell("Laporan tersimpan dan dikirim begitu ada sinyal.", "success");
    const worker = await navigator.serviceWorker?.getRegistration();
    worker?.sync?.register("kirim").catch(() => {});
    sendQuietly();
  }

  // Start ----------------------------------------------------------------------------------------------------------------

  async function show() {
    document.onvisibilitychange = null;
    const ref = location.hash.slice(1);
    await (ref ? visit(ref) : home());
    await count();
  }

  async function start() {
    line();
    await store.expire(new Date().toISOString().slice(0, 10));
    await show();
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register(document.body.dataset.worker, { scope: place.home }).catch(() => {});
      navigator.serviceWorker.ready.then(() => { document.body.dataset.ready = "1"; });
      navigator.serviceWorker.addEventListener("message", () => { if (!location.hash) show(); });
    }
    sendQuietly();
    setInterval(() => { line(); sendQuietly(); }, AGAIN); // a phone often does not notice by itself that the line is back
  }

  window.addEventListener("hashchange", () => { tell(""); show(); });
  window.addEventListener("online", () => { line(); sendQuietly(); });
  window.addEventListener("offline", line);
  start();
})();

// Sends what waits on the phone; runs in the page and in the worker. Everything may be sent again: the office knows a report
// by its uid and a photo by its number, and answers how many bytes of it are there.
"use strict";

(function (scope) {
  const store = scope.fieldStore;
  const TRIES = 3; // of a photo whose bytes arrive other than they are

  class Stop extends Error {
    constructor(code, message) { super(message); this.code = code; }
  }

  // The token of the session as it is now: one may have signed in anew since the errands were taken along.
  async function token(home) {
    const page = await ask(home, { cache: "no-store" });
    const found = (await page.text()).match(/data-csrf="([^"]+)"/);
    if (!found) throw new Stop("sign_in", "Masuk lagi untuk mengirim.");
    return found[1];
  }

  async function ask(url, options) {
    let answer;
    try {
      answer = await fetch(url, { credentials: "same-origin", redirect: "manual", ...options });
    } catch { throw new Stop("offline", "Belum ada sinyal. Laporan tetap di ponsel ini."); }
    if (answer.type === "opaqueredirect") throw new Stop("sign_in", "Masuk lagi untuk mengirim. Laporan tetap di ponsel ini.");
    if (answer.status >= 500) throw new Stop("server", "Server sedang terganggu. Laporan tetap di ponsel ini dan dikirim lagi nanti.");
    return answer;
  }

  async function told(answer) {
    try { return await answer.json(); } catch { return {}; }
  }

  async function take(place, name) {
    const { key, reader } = await store.meta();
    const csrf = await token(place.home);
    const body = new URLSearchParams({ key: key || "", name });
    const answer = await ask(place.take, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
    if (answer.status === 410) return shutOut();
    if (!answer.ok) throw new Stop("refused", answer.status === 403 ? "Akun ini tidak bertugas di lapangan." : (await told(answer)).message || "Tugas tidak dapat diambil.");
    const pack = await answer.json();
    if (reader && reader !== pack.reader) await changedHands();
    await store.take(pack);
    return pack;
  }

  // Another person has signed in on this phone. What the former one has not sent is theirs, and stays until they are back.
  async function changedHands() {
    const waiting = (await store.unsent()).length + (await store.all("drafts")).length;
    if (waiting) throw new Stop("other_reader", "Ponsel ini masih menyimpan laporan petugas lain yang belum terkirim. Minta ia masuk dan mengirimnya dahulu.");
    await store.wipe();
  }

  async function shutOut() {
    await store.wipe();
    throw new Stop("shut_out", "Ponsel ini sudah ditutup oleh kantor. Isinya telah dihapus.");
  }

  async function sendOne(report, place, csrf) {
    const { key } = await store.meta();
    const photos = await store.photosOf(report.uid);
    const parts = photos.map(({ number, subject, sha256, bytes, taken_at, latitude, longitude, accuracy }) =>
      ({ number, subject, sha256, size: bytes.byteLength, taken_at, latitude, longitude, accuracy }));
    const answer = await ask(place.send, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ ...report.envelope, key, parts }),
    });
    if (answer.status === 410) return shutOut();
    if (!answer.ok) {
      const { code, message } = await told(answer);
      if (code === "unknown_device") throw new Stop(code, message);
      const text = answer.status === 404 ? "Rumah tangga ini tidak ada dalam tugas Anda." : message || "Laporan ditolak.";
      return store.note({ ...report, refused: text });
    }
    let standing = await answer.json();
    for (const photo of photos) {
      let failures = 0;
      while (standing.state === "receiving" && standing.parts[photo.number] < photo.bytes.byteLength) {
        const start = standing.parts[photo.number];
        const piece = photo.bytes.slice(start, start + place.piece);
        const next = await ask(`${place.send}?laporan=${report.uid}&bagian=${photo.number}&mulai=${start}`, {
          method: "POST",
          headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": csrf, "X-Device": key },
          body: piece,
        });
        if (next.status === 410) return shutOut();
        if (!next.ok) throw new Stop("refused", (await told(next)).message || "Foto ditolak.");
        standing = await next.json();
        if (standing.state === "receiving" && standing.parts[photo.number] <= start && ++failures >= TRIES) {
          throw new Stop("line", "Sambungan merusak kiriman. Coba lagi di tempat lain.");
        }
      }
    }
    if (standing.state !== "receiving") {
      const { state, label, trouble, url, spoilt } = standing;
      await store.settled(report, { state, label, trouble, url, spoilt });
    }
  }

  // Sends everything; how many reports left the phone. Throws Stop where it cannot go on; what is sent is sent.
  async function run(place, progress) {
    const work = async () => {
      const waiting = await store.unsent();
      if (!waiting.length) return 0;
      const csrf = await token(place.home);
      let known = true, done = 0;
      for (const report of waiting) {
        progress?.(++done, waiting.length);
        try {
          await sendOne(report, place, csrf);
        } catch (stop) {
          if (stop.code !== "unknown_device" || !known) throw stop;
          known = false; // the office no longer knows this phone's key: registered anew, once
          await take(place, "Ponsel");
          await sendOne(report, place, csrf);
        }
      }
      return waiting.length - (await store.unsent()).length;
    };
    return scope.navigator.locks ? scope.navigator.locks.request("uep-lapangan", work) : work();
  }

  scope.fieldSync = { Stop, run, take };
})(self);

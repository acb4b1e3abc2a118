// The camera inside the app: look, take, take again, use. Where there is none, or it is refused, the file box beside it serves.
"use strict";

(function (scope) {
  const WANTED = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1440 } } };
  let open = null; // one at a time: a second stream would stop the first one on most phones

  const exists = () => Boolean(scope.navigator.mediaDevices?.getUserMedia);

  function close() {
    open?.stream?.getTracks().forEach((track) => track.stop());
    open?.box.replaceChildren();
    open = null;
  }

  const REFUSED = {
    NotAllowedError: "Kamera tidak diizinkan. Pilih foto lewat kotak di bawah, atau izinkan kamera di setelan peramban.",
    NotFoundError: "Ponsel ini tidak mempunyai kamera yang dapat dipakai. Pilih foto lewat kotak di bawah.",
    NotReadableError: "Kamera sedang dipakai aplikasi lain. Tutup aplikasi itu, atau pilih foto lewat kotak di bawah.",
  };

  // Shows the camera in `box`. `shot(canvas, moment)` gets each picture that is used, with the moment of its taking; `refuse(words)`
  // hears why there is none. `make(tag, attributes, ...inside)` and `button(words, tone, work)` are the app's own.
  async function show(box, { make, button, label, moment, shot, refuse }) {
    close();
    const mine = open = { box, stream: null };
    let stream;
    try { stream = await scope.navigator.mediaDevices.getUserMedia(WANTED); } catch (error) {
      if (open === mine) close();
      refuse(REFUSED[error.name] || "Kamera tidak dapat dibuka. Pilih foto lewat kotak di bawah.", error.name);
      return;
    }
    if (open !== mine) { stream.getTracks().forEach((track) => track.stop()); return; } // another one was opened meanwhile
    mine.stream = stream;
    const video = make("video", { autoplay: true, playsinline: true, muted: true, class: "camera", "aria-label": `Kamera: ${label}` });
    video.muted = true;
    video.srcObject = stream;
    const canvas = make("canvas", { class: "camera", role: "img", "aria-label": `Foto yang baru diambil: ${label}`, hidden: true });
    let taken = null;
    const take = button("Ambil foto", "primary", () => {
      if (!video.videoWidth) return; // not a single picture has come yet
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      taken = moment();
      look(true);
    });
    const again = button("Ambil ulang", "quiet", () => { look(false); take.focus(); });
    const use = button("Pakai foto ini", "primary", async () => {
      use.disabled = again.disabled = true;
      await shot(canvas, taken);
      use.disabled = again.disabled = false;
      look(false);
    });
    const shut = button("Tutup kamera", "quiet", close);
    const look = (isTaken) => {
      video.hidden = take.hidden = isTaken;
      canvas.hidden = again.hidden = use.hidden = !isTaken;
      if (isTaken) use.focus();
    };
    look(false);
    box.replaceChildren(video, canvas, make("div", { class: "d-flex flex-wrap gap-2 my-2" }, take, use, again, shut));
    take.focus();
  }

  scope.document.addEventListener("visibilitychange", () => { if (scope.document.hidden) close(); }); // the lamp goes out, too
  scope.addEventListener("hashchange", close);
  scope.fieldCamera = { close, exists, show };
})(self);

// What the phone holds while there is no signal: errands, drafts, photos, and reports that are to be sent. Each change that
// must not come apart is one transaction of IndexedDB, so that a killed tab leaves either all of it or nothing.
"use strict";

(function (scope) {
  const NAME = "uep-lapangan";
  let opened = null;

  const open = () => {
    opened ||= scope.idb.openDB(NAME, 1, {
      upgrade(db) {
        db.createObjectStore("meta");
        db.createObjectStore("errands", { keyPath: "ref" });
        db.createObjectStore("drafts", { keyPath: "ref" });
        db.createObjectStore("photos", { keyPath: "id", autoIncrement: true }).createIndex("place", "place"); // ref of a draft, or uid of a report
        db.createObjectStore("outbox", { keyPath: "uid" });
      },
      terminated() { opened = null; },
    });
    return opened;
  };

  const all = async (store) => (await open()).getAll(store);
  const get = async (store, key) => (await open()).get(store, key);
  const photosOf = async (place) => (await open()).getAllFromIndex("photos", "place", place);

  async function meta() {
    const db = await open();
    const [names, values] = await Promise.all([db.getAllKeys("meta"), db.getAll("meta")]);
    return Object.fromEntries(names.map((name, at) => [name, values[at]]));
  }

  // Errands as the office gave them now. What was begun and is no longer an errand stays until it is sent or thrown away.
  async function take(pack) {
    const db = await open();
    const { errands, ...rest } = pack;
    const tx = db.transaction(["meta", "errands", "drafts"], "readwrite");
    Object.entries(rest).forEach(([name, value]) => tx.objectStore("meta").put(value, name));
    const begun = new Set(await tx.objectStore("drafts").getAllKeys());
    const former = await tx.objectStore("errands").getAll();
    const now = new Map(errands.map((errand) => [errand.ref, errand]));
    for (const errand of former) {
      if (!now.has(errand.ref) && !begun.has(errand.ref)) tx.objectStore("errands").delete(errand.ref);
      else if (!now.has(errand.ref)) tx.objectStore("errands").put({ ...errand, gone: true });
    }
    // A draft was begun with what was known then: only the server may say that this has changed.
    for (const errand of errands) {
      const old = former.find((one) => one.ref === errand.ref);
      const kept = begun.has(errand.ref) && old ? { base: old.base, assignment: old.assignment, form: old.form } : {};
      tx.objectStore("errands").put({ ...errand, ...kept });
    }
    await tx.done;
  }

  const keepDraft = async (draft) => (await open()).put("drafts", draft);
  const addPhoto = async (photo) => (await open()).add("photos", photo);
  const dropPhoto = async (id) => (await open()).delete("photos", id);

  // The draft becomes a report that is to be sent; its photos go with it.
  async function finish(report, ref) {
    const tx = (await open()).transaction(["drafts", "photos", "outbox"], "readwrite");
    const photos = await tx.objectStore("photos").index("place").getAll(ref);
    photos.forEach((photo, at) => tx.objectStore("photos").put({ ...photo, place: report.uid, number: at + 1 }));
    tx.objectStore("outbox").put(report);
    tx.objectStore("drafts").delete(ref);
    await tx.done;
  }

  const note = async (report) => (await open()).put("outbox", report);

  // The server has it: what was written and photographed leaves the phone, a line about it stays.
  async function settled(report, answer) {
    const tx = (await open()).transaction(["photos", "outbox", "errands"], "readwrite");
    for (const id of await tx.objectStore("photos").index("place").getAllKeys(report.uid)) tx.objectStore("photos").delete(id);
    tx.objectStore("outbox").put({ uid: report.uid, ref: report.ref, name: report.name, at: report.at, sent: true, ...answer });
    tx.objectStore("errands").delete(report.ref);
    await tx.done;
  }

  async function forget(uid) {
    const tx = (await open()).transaction(["photos", "outbox"], "readwrite");
    for (const id of await tx.objectStore("photos").index("place").getAllKeys(uid)) tx.objectStore("photos").delete(id);
    tx.objectStore("outbox").delete(uid);
    await tx.done;
  }

  // Long over: the journey's days and two weeks have passed. What was never sent stays.
  async function expire(today) {
    const tx = (await open()).transaction(["errands", "drafts"], "readwrite");
    const begun = new Set(await tx.objectStore("drafts").getAllKeys());
    for (const errand of await tx.objectStore("errands").getAll()) {
      if (errand.expires < today && !begun.has(errand.ref)) tx.objectStore("errands").delete(errand.ref);
    }
    await tx.done;
  }

  async function wipe() {
    const tx = (await open()).transaction(["meta", "errands", "drafts", "photos", "outbox"], "readwrite");
    ["meta", "errands", "drafts", "photos", "outbox"].forEach((store) => tx.objectStore(store).clear());
    await tx.done;
  }

  const unsent = async () => (await all("outbox")).filter((report) => !report.sent);

  scope.fieldStore = { addPhoto, all, dropPhoto, expire, finish, forget, get, keepDraft, meta, note, photosOf, settled, take, unsent, wipe };
})(self);

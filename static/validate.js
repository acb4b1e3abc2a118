// Shortcuts of the page of validation: a key follows its link, or goes to its button; Enter then decides. Each is a link or a
// button on the page already. Never while somebody types, never with Ctrl, Alt or Meta, and they can be switched off.
"use strict";

(function () {
  const OFF = "uep:shortcuts-off"; // not among what is forgotten at sign-out: it is how this screen is used
  const help = document.querySelector("[data-shortcuts]");
  if (!help) return;
  const box = help.querySelector("[data-shortcuts-on]");
  const reason = document.querySelector(".decide textarea");
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  function remembered() { try { return localStorage.getItem(OFF) !== "1"; } catch { return true; } }

  help.hidden = false;
  box.checked = remembered();
  box.addEventListener("change", () => {
    try { box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"); } catch { /* forbidden: for this visit only */ }
  });

  function toggle() {
    help.open = !help.open;
    if (help.open) { help.scrollIntoView({ block: "nearest" }); help.querySelector("summary").focus(); }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && event.target === reason) return reason.blur();
    if (!box.checked || typing(event.target)) return;
    if (event.key === "?") toggle();
    else if (event.key === "a" && reason) reason.focus();
    else {
      const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (!wanted) return;
      wanted.matches("a") ? wanted.click() : wanted.focus();
    }
    event.preventDefault(); // or the letter would be written into the box that has just got the focus
  });
})();

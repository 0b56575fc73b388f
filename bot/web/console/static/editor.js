// Renew the preview while somebody writes, and ask before what was typed is left behind.
"use strict";

const form = document.getElementById("editor");
const preview = document.getElementById("preview");
let waiting = 0;
let changed = false;
let asked = 0;

form.addEventListener("input", later);
form.addEventListener("change", later);
form.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

function later(event) {
  changed = true;
  if (event.target.type === "file" || event.target.closest("#crop")) return;
  clearTimeout(waiting);
  waiting = setTimeout(renew, 500);
}

async function renew() {
  const typed = new FormData(form);
  typed.delete("file");
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: typed, redirect: "error" });
    if (answer.ok && mine === asked) preview.innerHTML = await answer.text();
  } catch (error) {
    // Away for a moment: the next letter asks again, and saving tells.
  }
}

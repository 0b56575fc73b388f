// Choose which part of a picture becomes the cover. The server cuts; without this script it takes the middle.
"use strict";

const SHAPE = 1000 / 640;
const file = document.getElementById("file");
const cover = document.getElementById("use-cover");
const panel = document.getElementById("crop");
const canvas = document.getElementById("crop-canvas");
const box = document.getElementById("crop-box");
const bars = ["zoom", "x", "y"].map((name) => document.getElementById("crop-" + name));
let picture = null;
let grip = null;

file.addEventListener("change", opened);
for (const one of document.getElementsByName("use")) one.addEventListener("change", shown);
for (const bar of bars) bar.addEventListener("input", drawn);
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  grip = { x: event.clientX, y: event.clientY };
});
canvas.addEventListener("pointermove", (event) => {
  if (!grip || !picture) return;
  const frame = framed();
  const scale = frame.width / canvas.clientWidth;
  slide(bars[1], -(event.clientX - grip.x) * scale, picture.width - frame.width);
  slide(bars[2], -(event.clientY - grip.y) * scale, picture.height - frame.height);
  grip = { x: event.clientX, y: event.clientY };
  drawn();
});
canvas.addEventListener("pointerup", () => { grip = null; });

async function opened() {
  const chosen = file.files[0];
  picture = null;
  box.value = "";
  if (chosen && chosen.type.startsWith("image/")) {
    try {
      picture = await createImageBitmap(chosen);
    } catch (error) {
      picture = null; // the server says what is wrong with it
    }
  }
  bars[0].value = 1;
  bars[1].value = bars[2].value = 0.5;
  shown();
}

function shown() {
  panel.hidden = !(picture && cover.checked);
  if (panel.hidden) box.value = "";
  else drawn();
}

function framed() {
  const zoom = Number(bars[0].value);
  const width = Math.min(picture.width, picture.height * SHAPE) / zoom;
  const height = width / SHAPE;
  return {
    x: (picture.width - width) * Number(bars[1].value),
    y: (picture.height - height) * Number(bars[2].value),
    width, height,
  };
}

function drawn() {
  const frame = framed();
  canvas.getContext("2d").drawImage(picture, frame.x, frame.y, frame.width, frame.height, 0, 0, canvas.width, canvas.height);
  const parts = [frame.x / picture.width, frame.y / picture.height, frame.width / picture.width, frame.height / picture.height];
  box.value = parts.map((one) => one.toFixed(5)).join(",");
}

function slide(bar, pixels, room) {
  if (room > 0) bar.value = Number(bar.value) + pixels / room;
}

// "Lưu hình" saves a PNG, which Word and Zalo take everywhere; without script the link gives the SVG.
"use strict";
(() => {
  const SCALE = 2;

  const drawn = (svg) => new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });

  const sized = (svg) => {
    const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    const [, , width, height] = root.getAttribute("viewBox").split(" ");
    root.setAttribute("width", width * SCALE);  // without a size of its own a picture has none on a canvas
    root.setAttribute("height", height * SCALE);
    return [new XMLSerializer().serializeToString(root), width * SCALE, height * SCALE];
  };

  const save = async (link) => {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    const [svg, width, height] = sized(await answer.text());
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").drawImage(await drawn(svg), 0, 0);
    const png = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const made = Object.assign(document.createElement("a"), { href: URL.createObjectURL(png), download: link.dataset.png });
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 10000);
  };

  document.querySelectorAll("a[data-png]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    save(link).catch(() => { window.location.href = link.href; });
  }));
})();

/* Contrast and read-out of the images of a report.

   An image is a PNG with a palette: its pixels are levels, Levels in figures/png.py says which value a level stands
   for, and the palette says which colour it has. So another contrast is another palette, written into the address of
   the picture; no pixel is touched. Values are read from a copy with a grey palette, where the grey is the level.
*/
"use strict";
(() => {
  const settings = JSON.parse(document.getElementById("for-script").textContent);
  const START = "data:image/png;base64,".length;
  const PALETTE_AT = START + 44, PALETTE_LETTERS = 1040; // bytes 33 to 813 of the PNG; three bytes are four letters
  const ENTRIES = 256, LOG_DECADES = 3, FASTER = 10; // FASTER: pixels that an arrow key with Shift moves
  const SCALES = { log: "logarithmic scale", gamma: "gamma", linear: "linear scale" };

  const tables = Object.fromEntries(Object.entries(settings.colours).map(([name, text]) => [name, bytesOf(text)]));
  const panels = [...document.querySelectorAll("[data-panel]")].map(asPanel);
  const form = document.querySelector(".controls");
  const readOut = document.querySelector(".read-out");
  let current = null; // the panel that is read

  // Palettes

  const CRC = Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n >>> 0;
  });

  /** The chunk of a PNG that holds 256 colours (768 bytes), in base64. */
  function paletteChunk(colours) {
    const chunk = new Uint8Array(12 + 3 * ENTRIES), view = new DataView(chunk.buffer);
    view.setUint32(0, 3 * ENTRIES);
    chunk.set([80, 76, 84, 69], 4); // PLTE
    chunk.set(colours, 8);
    let crc = 0xffffffff;
    for (const byte of chunk.subarray(4, 8 + 3 * ENTRIES)) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
    view.setUint32(8 + 3 * ENTRIES, ~crc >>> 0);
    return btoa(String.fromCharCode(...chunk));
  }

  function withPalette(address, colours) {
    return address.slice(0, PALETTE_AT) + paletteChunk(colours) + address.slice(PALETTE_AT + PALETTE_LETTERS);
  }

  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  }

  // Contrast

  function asPanel(element) {
    const panel = JSON.parse(element.dataset.panel);
    const image = element.querySelector(".image"), picture = image.querySelector("img");
    const [lowest, highest] = element.querySelectorAll(".colours span");
    return {
      ...panel, element, image, picture, lowest, highest, bar: element.querySelector(".colours img"),
      values: valuesOf(panel.levels), pixels: null,
      at: [panel.rows >> 1, panel.columns >> 1], // where the keyboard's cross-hair is
    };
  }

  function valuesOf({ top, bend, n, signed }) {
    return Array.from({ length: n }, (_, level) => {
      const t = signed ? (2 * level) / (n - 1) - 1 : level / (n - 1);
      return (Math.sign(t) * top * Math.expm1(Math.abs(t) * Math.log1p(bend))) / bend;
    });
  }

  /** Where a value lies between the limits: 0 ... 1. */
  function shadeOf(value, look, [low, high]) {
    if (look.stretch === "log") return Math.log(Math.max(value, low) / low) / Math.log(high / low);
    const part = Math.max(value, 0) / high;
    return look.stretch === "gamma" ? part ** look.gamma : part;
  }

  function limitsOf(panel, look, same) {
    let [low, high] = same && settings.shared ? settings.shared[panel.kind] : panel.limits;
    high *= 10 ** look.gain;
    if (!(low > 0)) low = high / 10 ** LOG_DECADES;
    return [Math.min(low, high / 3), high];
  }

  function draw(panel, look, same) {
    const limits = limitsOf(panel, look, same), table = tables[look.colours], colours = new Uint8Array(3 * ENTRIES);
    panel.values.forEach((value, level) => {
      const shade = Math.min(ENTRIES - 1, Math.floor(ENTRIES * shadeOf(value, look, limits)));
      colours.set(table.subarray(3 * shade, 3 * shade + 3), 3 * level);
    });
    panel.picture.src = withPalette(panel.picture.src, colours);
    panel.bar.src = withPalette(panel.bar.src, table);
    panel.lowest.textContent = look.stretch === "log" ? readable(limits[0], 2) : "0";
    panel.highest.textContent = readable(limits[1], 2);
    panel.picture.alt = `${panel.words}; ${panel.size}, colours from ${panel.lowest.textContent} to ${panel.highest.textContent}.`;
  }

  // Controls

  function lookOf(kind) {
    const field = (name) => form.querySelector(`[data-kind=${kind}] [data-set=${name}]`);
    return { stretch: field("stretch").value, gamma: +field("gamma").value, gain: +field("gain").value,
             colours: field("colours").value };
  }

  function redraw() {
    const same = form.elements.same.checked;
    for (const kind of ["diffraction", "map"]) {
      const look = lookOf(kind), fields = form.querySelector(`[data-kind=${kind}]`);
      fields.querySelector("[data-set=gamma]").disabled = look.stretch !== "gamma";
      say(fields, "gamma", look.gamma.toFixed(2));
      say(fields, "gain", readable(10 ** look.gain, 2));
      say(document, kind + "-scale", look.stretch === "gamma" ? `gamma ${look.gamma}` : SCALES[look.stretch]);
      panels.filter((panel) => panel.kind === kind).forEach((panel) => draw(panel, look, same));
    }
    say(document, "limits", same ? "All diffractions have the same limits, and so have all maps." : "Each image has its own limits, given below it.");
    arrange(form.elements.columns.value);
  }

  function say(where, what, words) {
    where.querySelectorAll(`[data-says=${what}]`).forEach((element) => { element.textContent = words; });
  }

  function arrange(columns) {
    document.querySelectorAll(".strip.arranged").forEach((strip) => {
      strip.className = `strip arranged columns-${columns || strip.dataset.columns}`;
    });
  }

  // Read-out

  /** Levels of a panel, one a stored pixel, read once. */
  async function levelsOf(panel) {
    if (!panel.pixels) {
      const grey = new Image(), ramp = Uint8Array.from({ length: 3 * ENTRIES }, (_, i) => Math.floor(i / 3));
      grey.src = withPalette(panel.picture.src, ramp);
      await grey.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [grey.naturalWidth, grey.naturalHeight];
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(grey, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      panel.pixels = { width, height, levels: data.filter((_, i) => i % 4 === 0) };
    }
    return panel.pixels;
  }

  async function tell(panel, [row, column]) {
    current = panel;
    markAll(panel, [row, column]);
    const { width, height, levels } = await levelsOf(panel);
    const storedRow = Math.min(height - 1, Math.floor(((row + 0.5) / panel.rows) * height));
    const storedColumn = Math.min(width - 1, Math.floor(((column + 0.5) / panel.columns) * width));
    if (panel !== current) return; // the pointer has moved on while the picture was read
    readOut.hidden = false;
    readOut.textContent = [capital(panel.words), placeInWords(panel, row, column),
                           valueInWords(panel, levels[storedRow * width + storedColumn])].join("  ·  ");
  }

  /** Value of a level, with the uncertainty that comes from storing levels. */
  function valueInWords(panel, level) {
    const at = Math.min(level, panel.values.length - 1), value = panel.values[at];
    const next = panel.values[at + 1 < panel.values.length ? at + 1 : at - 1];
    const percent = (50 * Math.abs(next - value)) / Math.abs(value);
    const unsure = value !== 0 && percent >= 0.5 ? ` ± ${readable(percent, 1)} %` : "";
    return `${panel.what} ${readable(value, 3)}${unsure}`;
  }

  function placeInWords(panel, row, column) {
    const [down, across] = [...panel.axes].map((key) => settings.axes[key]);
    const [y, x] = [down.offset + down.scale * row, across.offset + across.scale * column];
    const words = down.units === across.units
      ? `${panel.axes[1]} ${place(x, across)}, ${panel.axes[0]} ${place(y, down)} ${across.units}`
      : `${panel.axes[1]} ${place(x, across)} ${across.units}, ${panel.axes[0]} ${place(y, down)} ${down.units}`;
    return panel.axes === "vu" && settings.centre && down.units === across.units && down.units !== "px"
      ? words + "  ·  " + fromCentre(row, column, down, across) : words;
  }

  /** Distance from the direct beam, the same as an angle, and the lattice spacing it belongs to. */
  function fromCentre(row, column, down, across) {
    const [v, u] = settings.centre, { second } = settings;
    const q = Math.hypot((row - v) * down.scale, (column - u) * across.scale);
    const words = [`${readable(q, 3)} ${across.units}`];
    if (second) words.push(`${readable(q * second.factor, 3)} ${second.units}`);
    if (across.is_reciprocal && q > 0) words.push(`d = ${readable(1 / q, 3)} ${across.units.replace("⁻¹", "")}`);
    return "from the centre " + words.join(" = ").replace(" = d =", ", d =");
  }

  function markAll(panel, at) {
    for (const other of panels) {
      const cross = other.image.querySelector(".cross");
      if (other.axes !== panel.axes) cross.hidden = true;
      else {
        cross.hidden = false;
        cross.style.left = `${(100 * (at[1] + 0.5)) / other.columns}%`;
        cross.style.top = `${(100 * (at[0] + 0.5)) / other.rows}%`;
      }
    }
  }

  function hush() {
    current = null;
    readOut.hidden = true;
    for (const { image } of panels) image.querySelector(".cross").hidden = true;
  }

  function pointAt(panel, event) {
    const box = panel.image.getBoundingClientRect(), inside = (part, n) => Math.max(0, Math.min(n - 1, Math.floor(part * n)));
    return [inside((event.clientY - box.top) / box.height, panel.rows),
            inside((event.clientX - box.left) / box.width, panel.columns)];
  }

  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function moveBy(panel, event) {
    if (event.key === "Escape") return hush();
    if (event.key === "Home") panel.at = [panel.rows >> 1, panel.columns >> 1];
    else if (MOVES[event.key]) {
      const step = event.shiftKey ? FASTER : 1, [down, right] = MOVES[event.key];
      panel.at = [Math.max(0, Math.min(panel.rows - 1, panel.at[0] + step * down)),
                  Math.max(0, Math.min(panel.columns - 1, panel.at[1] + step * right))];
    } else return;
    event.preventDefault();
    tell(panel, panel.at);
  }

  function listen(panel) {
    const { image } = panel, cross = document.createElement("i");
    cross.className = "cross";
    cross.hidden = true;
    image.append(cross);
    image.tabIndex = 0;
    image.setAttribute("role", "application"); // so that screen readers leave the arrow keys to us
    image.setAttribute("aria-roledescription", "picture with a cross-hair");
    image.setAttribute("aria-label", `${panel.words}. Arrow keys move the cross-hair, Shift makes it faster.`);
    image.addEventListener("pointermove", (event) => { panel.at = pointAt(panel, event); tell(panel, panel.at); });
    image.addEventListener("pointerleave", hush);
    image.addEventListener("focus", () => tell(panel, panel.at));
    image.addEventListener("blur", hush);
    image.addEventListener("keydown", (event) => moveBy(panel, event));
  }

  // Tree of a clustering

  function plant(tree) {
    const nodes = [...tree.querySelectorAll("[data-node]")], wholes = tree.querySelectorAll("[data-whole]");
    const choose = (chosen) => {
      const below = chosen.dataset.below.split(" ");
      for (const node of nodes) {
        node.setAttribute("aria-pressed", node === chosen);
        node.classList.toggle("inside", below.includes(node.dataset.node));
      }
      for (const whole of wholes) whole.hidden = whole.dataset.whole !== chosen.dataset.node;
    };
    for (const node of nodes) {
      node.addEventListener("click", () => choose(node));
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(node);
      });
    }
    choose(nodes.find((node) => node.getAttribute("aria-pressed") === "true"));
    tree.hidden = false;
  }

  // Numbers, as figures/geometry.py writes them

  function readable(value, digits) {
    if (value === 0 || !Number.isFinite(value)) return String(value);
    const [mantissa, power] = value.toExponential(digits - 1).split("e"), exponent = Number(power);
    const text = exponent > -3 && exponent < 6
      ? Number(value.toPrecision(digits)).toFixed(Math.max(0, digits - 1 - exponent))
      : `${mantissa}×10${String(exponent).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)])}`;
    return text.replace("-", "−");
  }

  /** A position with so many decimals that the second digit of a step is seen. */
  function place(value, axis) {
    const decimals = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(axis.scale)))));
    return value.toFixed(axis.units === "px" ? 0 : decimals).replace("-", "−");
  }

  function capital(words) {
    return words[0].toUpperCase() + words.slice(1);
  }

  panels.forEach(listen);
  document.querySelectorAll(".tree").forEach(plant);
  if (form) {
    form.hidden = false;
    form.addEventListener("input", redraw);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(redraw)); // the fields change after this event
  }
})();

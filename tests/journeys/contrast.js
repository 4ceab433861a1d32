/* Texts that stand out too little from what is behind them (WCAG 2.2, 1.4.3), worked out from computed styles.
   axe looks at what lies on what, which takes a second a page; this looks at colours alone. */
() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (text) => {
    if (!known.has(text)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = text;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      known.set(text, [red, green, blue, alpha / 255]);
    }
    return known.get(text);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
  const luminance = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds = new Map([[null, rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") ? "#121212" : "#fff").slice(0, 3)]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const below = ground(element.parentElement);
      const style = getComputedStyle(element);
      // What a picture lies behind cannot be told from colours.
      const isPicture = below === undefined || style.backgroundImage !== "none";
      grounds.set(element, isPicture ? undefined : over(rgba(style.backgroundColor), below));
    }
    return grounds.get(element);
  };
  const opacity = (element) => (element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1);
  const speaks = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()) ||
    element.matches("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea");
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element instanceof SVGElement || element.matches("option, optgroup, :disabled") || !speaks(element) || !isSeen(element)) continue;
    const behind = ground(element);
    if (behind === undefined) continue;
    const style = getComputedStyle(element);
    const colour = rgba(style.color);
    const written = over([...colour.slice(0, 3), colour[3] * opacity(element)], behind);
    const [light, dark] = [luminance(written), luminance(behind)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} ${element.outerHTML.slice(0, 120)}`);
  }
  return faint;
}

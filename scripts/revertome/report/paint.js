// A plane painted on a canvas, in the colours of the page; `scale` tells where a value lies.
const MARGIN = { left: 58, right: 14, top: 12, bottom: 44 };
const NAMED = 40; // marked points that are named
const FONT = "12px system-ui, sans-serif";
const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const scaleOf = (canvas, { x: [left, right], y: [low, high] }) => {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const [across, up] = [(box.right - box.left) / (right - left), (box.bottom - box.top) / (high - low)];
  return {
    width, height, box,
    x: (value) => box.left + (value - left) * across,
    y: (value) => box.bottom - (value - low) * up,
    back: ([x, y]) => [left + (x - box.left) / across, low + (box.bottom - y) / up],
    holds: (point) => point.x >= left && point.x <= right && point.y >= low && point.y <= high,
  };
};

const paintAxes = (paper, plane, scale) => {
  const { left, right, top, bottom } = scale.box;
  Object.assign(paper, { strokeStyle: tone("quiet"), fillStyle: tone("quiet"), lineWidth: 1, font: FONT });
  paper.beginPath();
  paper.moveTo(left, top);
  paper.lineTo(left, bottom);
  paper.lineTo(right, bottom);
  paper.stroke();
  paper.textAlign = "center";
  axisTicks(plane.view.x).forEach(([value, text]) => {
    paper.fillText(text, scale.x(value), bottom + 16);
    paper.fillRect(scale.x(value), bottom, 1, 4);
  });
  paper.fillText(plane.axes[0], (left + right) / 2, scale.height - 8);
  paper.textAlign = "right";
  axisTicks(plane.view.y).forEach(([value, text]) => {
    paper.fillText(text, left - 7, scale.y(value) + 4);
    paper.fillRect(left - 4, scale.y(value), 4, 1);
  });
  paper.save();
  paper.translate(14, (top + bottom) / 2);
  paper.rotate(-Math.PI / 2);
  paper.textAlign = "center";
  paper.fillText(plane.axes[1], 0, 0);
  paper.restore();
};

// No effect on either axis; and, of disease and change, where all of the disease effect is gone.
const paintGuides = (paper, plane, scale) => {
  const line = (from, to) => {
    paper.beginPath();
    paper.moveTo(scale.x(from[0]), scale.y(from[1]));
    paper.lineTo(scale.x(to[0]), scale.y(to[1]));
    paper.stroke();
  };
  const end = 2 * Math.max(...[...plane.whole.x, ...plane.whole.y].map(Math.abs));
  Object.assign(paper, { strokeStyle: tone("line"), lineWidth: 1 });
  line([-end, 0], [end, 0]);
  line([0, -end], [0, end]);
  if (!plane.back) return;
  paper.strokeStyle = tone("reverted");
  paper.setLineDash([6, 4]);
  line([-end, end], [end, -end]);
  paper.setLineDash([]);
};

const disc = (paper, scale, point, radius) => {
  paper.beginPath();
  paper.arc(scale.x(point.x), scale.y(point.y), radius, 0, 2 * Math.PI);
};

const paintPoints = (paper, plane, scale, marked) => {
  const fills = new Map();
  const fill = (kind) => {
    if (!fills.has(kind)) fills.set(kind, tone(kind) || tone("quiet"));
    return fills.get(kind);
  };
  const seen = plane.points.filter(scale.holds);
  seen.forEach((point) => {
    paper.fillStyle = fill(point.kind);
    paper.globalAlpha = marked.size && !marked.has(point.i) ? 0.25 : 0.8;
    disc(paper, scale, point, plane.samples ? 4.5 : 2.2);
    paper.fill();
  });
  paper.globalAlpha = 1;
  const chosen = seen.filter((point) => marked.has(point.i));
  Object.assign(paper, { strokeStyle: tone("ink"), lineWidth: 1.5, font: FONT });
  chosen.forEach((point) => {
    disc(paper, scale, point, 4.5);
    paper.fillStyle = fill(point.kind);
    paper.fill();
    paper.stroke();
  });
  if (chosen.length <= NAMED) paintNames(paper, plane, scale, chosen);
};

// Names of points, to the right or left; one that has no room is told under the pointer.
const paintNames = (paper, plane, scale, chosen) => {
  paper.fillStyle = tone("ink");
  paper.textAlign = "left";
  const boxes = chosen.map((point) => ({ left: scale.x(point.x) - 5, right: scale.x(point.x) + 5, y: scale.y(point.y) }));
  chosen.forEach((point) => {
    const name = plane.named(point.i);
    const wide = paper.measureText(name).width;
    const y = scale.y(point.y);
    const left = [scale.x(point.x) + 8, scale.x(point.x) - 8 - wide].find((from) =>
      from > scale.box.left && from + wide < scale.box.right
      && boxes.every((box) => Math.abs(box.y - y) > 12 || box.right < from || box.left > from + wide));
    if (left === undefined) return;
    paper.fillText(name, left, y + 4);
    boxes.push({ left, right: left + wide, y });
  });
};

const paint = (canvas, plane, marked) => {
  const paper = canvas.getContext("2d");
  const scale = scaleOf(canvas, plane.view);
  const sharp = devicePixelRatio || 1;
  canvas.width = scale.width * sharp;
  canvas.height = scale.height * sharp;
  paper.scale(sharp, sharp);
  paintAxes(paper, plane, scale);
  paper.save();
  paper.beginPath();
  paper.rect(scale.box.left, scale.box.top, scale.box.right - scale.box.left, scale.box.bottom - scale.box.top);
  paper.clip();
  paintGuides(paper, plane, scale);
  paintPoints(paper, plane, scale, marked);
  paper.restore();
  return scale;
};

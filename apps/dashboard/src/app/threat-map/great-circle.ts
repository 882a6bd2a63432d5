/** `[latitude, longitude]` in degrees. */
export type GeoPoint = readonly [latitude: number, longitude: number];

const RADIANS = Math.PI / 180;

type Vector = readonly [x: number, y: number, z: number];

/**
 * The great circle from one point to another as polylines for a flat map: one, or two where it crosses the
 * antimeridian, cut at +-180 degrees so that no line runs across the whole map. `segments` pieces before the cut.
 */
export function greatCircle(from: GeoPoint, to: GeoPoint, segments = 32): GeoPoint[][] {
  const points = Array.from({ length: segments + 1 }, (_, index) =>
    index === 0 ? from : index === segments ? to : between(from, to, index / segments),
  );
  return cutAtAntimeridian(points);
}

/** The point at `share` (0-1) of the way; straight in degrees where the ends are the same or opposite. */
function between(from: GeoPoint, to: GeoPoint, share: number): GeoPoint {
  const a = toVector(from);
  const b = toVector(to);
  const angle = Math.acos(Math.min(1, Math.max(-1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
  const sine = Math.sin(angle);
  if (sine < 1e-6) return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
  const weightA = Math.sin((1 - share) * angle) / sine;
  const weightB = Math.sin(share * angle) / sine;
  const [x, y, z] = [0, 1, 2].map((axis) => weightA * (a[axis] ?? 0) + weightB * (b[axis] ?? 0));
  return toPoint([x ?? 0, y ?? 0, z ?? 0]);
}

function cutAtAntimeridian(points: readonly GeoPoint[]): GeoPoint[][] {
  const lines: GeoPoint[][] = [[]];
  points.forEach((point, index) => {
    const previous = points[index - 1];
    if (previous && Math.abs(point[1] - previous[1]) > 180) {
      const [leaving, entering] = crossing(previous, point);
      lines.at(-1)?.push(leaving);
      lines.push([entering]);
    }
    lines.at(-1)?.push(point);
  });
  return lines;
}

/** Where the short way between two neighbours meets +-180 degrees: the same point on both edges of the map. */
function crossing(
  [latitudeA, longitudeA]: GeoPoint,
  [latitudeB, longitudeB]: GeoPoint,
): [GeoPoint, GeoPoint] {
  const edge = longitudeA > 0 ? 180 : -180;
  const toEdge = Math.abs(edge - longitudeA);
  const fromEdge = Math.abs(-edge - longitudeB);
  const share = toEdge + fromEdge === 0 ? 0 : toEdge / (toEdge + fromEdge);
  const latitude = latitudeA + (latitudeB - latitudeA) * share;
  return [
    [latitude, edge],
    [latitude, -edge],
  ];
}

function toVector([latitude, longitude]: GeoPoint): Vector {
  const ring = Math.cos(latitude * RADIANS);
  return [
    ring * Math.cos(longitude * RADIANS),
    ring * Math.sin(longitude * RADIANS),
    Math.sin(latitude * RADIANS),
  ];
}

function toPoint([x, y, z]: Vector): GeoPoint {
  return [Math.atan2(z, Math.hypot(x, y)) / RADIANS, Math.atan2(y, x) / RADIANS];
}

import 'dart:ui';

const _apart = 4.0;

/// Reduces [places], ordered from left to right, to what [width] can show: points closer than four pixels are replaced
/// by their mean. The last point is kept.
List<Offset> thinned(List<Offset> places, double width) {
  if (places.length <= width / _apart) return places;
  final means = <Offset>[];
  var (start, x, y, count) = (places.first.dx, 0.0, 0.0, 0);
  void close() {
    if (count > 0) means.add(Offset(x / count, y / count));
  }

  for (final place in places.take(places.length - 1)) {
    if (place.dx - start >= _apart) {
      close();
      (start, x, y, count) = (place.dx, 0, 0, 0);
    }
    x += place.dx;
    y += place.dy;
    count++;
  }
  close();
  return means..add(places.last);
}

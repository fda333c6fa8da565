/// The number of leading [items] for which [test] holds, found by binary search: [items] are ordered so that it holds
/// for none after the first for which it does not.
int leadingCount<T>(List<T> items, bool Function(T item) test) {
  var (from, to) = (0, items.length);
  while (from < to) {
    final middle = (from + to) ~/ 2;
    if (test(items[middle])) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

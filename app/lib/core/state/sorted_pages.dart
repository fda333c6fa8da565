import 'dart:collection';

import 'leading_count.dart';

/// An unmodifiable sorted list in pages. A changed list shares with the old one all pages but those with a change, so
/// that one change among thousands of elements copies a few of them only.
final class SortedPages<E> extends ListBase<E> {
  /// The empty list, ordered by [compare], which finds no two elements equal.
  SortedPages(int Function(E a, E b) compare) : this._(compare, const []);

  SortedPages._(this._compare, this._pages) {
    for (final page in _pages) {
      _starts.add(_length);
      _length += page.length;
    }
  }

  final int Function(E a, E b) _compare;

  /// None is empty.
  final List<List<E>> _pages;

  /// The index of each page's first element.
  final _starts = <int>[];
  int _length = 0;

  /// The page that was read last: neighbours are read one after the other.
  int _recent = 0;

  static const _pageLength = 128;

  /// This list without the elements [gone] and with [added], both sorted.
  SortedPages<E> change({required List<E> gone, required List<E> added}) {
    final pages = <List<E>>[];
    final old = _pages.isEmpty ? [<E>[]] : _pages;
    var (goneFrom, addedFrom) = (0, 0);
    for (final (index, page) in old.indexed) {
      final next = index + 1 < old.length ? old[index + 1].first : null;
      final (goneTo, addedTo) = (_countBefore(next, gone, goneFrom), _countBefore(next, added, addedFrom));
      if (goneTo == goneFrom && addedTo == addedFrom) {
        pages.add(page);
        continue;
      }
      final changed = [...page];
      for (; goneFrom < goneTo; goneFrom++) {
        changed.removeAt(_placeIn(changed, gone[goneFrom]));
      }
      for (; addedFrom < addedTo; addedFrom++) {
        changed.insert(_placeIn(changed, added[addedFrom]), added[addedFrom]);
      }
      _addPages(changed, to: pages);
    }
    return SortedPages._(_compare, pages);
  }

  /// The number of leading [elements], of which [from] are known, that belong before [next]; all of them if it is null.
  int _countBefore(E? next, List<E> elements, int from) {
    var count = from;
    while (count < elements.length && (next == null || _compare(elements[count], next) < 0)) {
      count++;
    }
    return count;
  }

  int _placeIn(List<E> page, E element) => leadingCount(page, (other) => _compare(other, element) < 0);

  static void _addPages<E>(List<E> elements, {required List<List<E>> to}) {
    var start = 0;
    for (; elements.length - start > 2 * _pageLength; start += _pageLength) {
      to.add(elements.sublist(start, start + _pageLength));
    }
    if (start < elements.length) to.add(start == 0 ? elements : elements.sublist(start));
  }

  @override
  int get length => _length;

  @override
  set length(int value) => throw UnsupportedError('an unmodifiable list');

  @override
  E operator [](int index) {
    RangeError.checkValidIndex(index, this);
    final place = index - _starts[_recent];
    if (place >= 0 && place < _pages[_recent].length) return _pages[_recent][place];
    _recent = leadingCount(_starts, (start) => start <= index) - 1;
    return _pages[_recent][index - _starts[_recent]];
  }

  @override
  void operator []=(int index, E value) => throw UnsupportedError('an unmodifiable list');

  @override
  Iterator<E> get iterator => _pages.expand((page) => page).iterator;
}

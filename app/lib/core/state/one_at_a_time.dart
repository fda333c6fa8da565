import 'dart:async';

/// Lets actions in one after the other, in the order in which they came. A failed one holds up nobody.
final class OneAtATime {
  Future<void> _last = Future.value();

  /// Runs [action] when its turn has come.
  Future<T> run<T>(FutureOr<T> Function() action) {
    final result = _last.then((_) => action());
    _last = result.then((_) {}, onError: (Object _) {});
    return result;
  }
}

import 'dart:async';

/// Runs asynchronous actions one after the other, in the order of the calls. A failed action does not block the next.
final class OneAtATime {
  Future<void> _last = Future.value();

  /// Runs [action] after all earlier ones.
  Future<T> run<T>(FutureOr<T> Function() action) {
    final result = _last.then((_) => action());
    _last = result.then((_) {}, onError: (Object _) {});
    return result;
  }
}

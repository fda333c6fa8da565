/// An action that a user starts: one at a time, with whether it is in progress and why the last one failed. A view model
/// or a dialog has one for all its actions, and no busy flag or `try` of its own.
final class Command<F extends Object> {
  /// Calls [_onChange] when [isBusy] or [failure] has changed. [_failureOf] maps what an action threw; what it maps to null
  /// is a bug in the app and is thrown on.
  Command(this._failureOf, this._onChange);

  final F? Function(Object thrown) _failureOf;
  final void Function() _onChange;
  bool _isBusy = false;
  F? _failure;

  /// Whether an action is in progress.
  bool get isBusy => _isBusy;

  /// Why the last action failed; null if it succeeded or is in progress.
  F? get failure => _failure;

  /// Forgets [failure], because the user has changed the input; the caller notifies.
  void forget() => _failure = null;

  /// Runs [action] and returns its result; null if it fails, or if another one is in progress.
  Future<T?> run<T>(Future<T> Function() action) async {
    if (_isBusy) return null;
    _isBusy = true;
    _failure = null;
    _onChange();
    try {
      return await action();
    } on Object catch (thrown) {
      _failure = _failureOf(thrown);
      if (_failure == null) rethrow;
      return null;
    } finally {
      _isBusy = false;
      _onChange();
    }
  }

  /// Runs [action] and returns whether it succeeded; false too if another one is in progress.
  Future<bool> attempt(Future<void> Function() action) async =>
      await run(() async {
        await action();
        return true;
      }) ??
      false;
}

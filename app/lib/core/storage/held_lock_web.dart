import 'dart:async';
import 'dart:js_interop';

import 'storage_failure.dart';

/// A lock of the browser (Web Locks) on the name of a folder. The browser releases it when the tab is closed.
final class HeldLock {
  HeldLock._(this._held);

  final Completer<void> _held;

  /// Locks [folder]; null if another tab has locked it. Throws a [StorageFailure] where the browser has no locks, as on a
  /// page without https.
  static Future<HeldLock?> tryTake(String folder) async {
    final locks = _navigator.locks;
    if (locks == null) throw const StorageFailure('this browser has no locks; the page needs https');
    final answered = Completer<HeldLock?>();
    final held = Completer<void>();
    JSPromise<JSAny?>? answer(JSAny? lock) {
      answered.complete(lock == null ? null : HeldLock._(held));
      return lock == null ? null : held.future.toJS;
    }

    final ended = locks.request('weight_sync $folder', _Options(ifAvailable: true), answer.toJS).toDart;
    // Fails only where the page may not use locks at all.
    unawaited(
      ended.then<void>(
        (_) {},
        onError: (Object failure) {
          if (!answered.isCompleted) answered.completeError(StorageFailure('$failure'));
        },
      ),
    );
    return answered.future;
  }

  /// Releases the lock.
  Future<void> release() async => _held.complete();
}

@JS('navigator')
external _Navigator get _navigator;

extension type _Navigator._(JSObject _) implements JSObject {
  external _Locks? get locks;
}

extension type _Locks._(JSObject _) implements JSObject {
  external JSPromise<JSAny?> request(String name, _Options options, JSFunction answer);
}

extension type _Options._(JSObject _) implements JSObject {
  external factory _Options({bool ifAvailable});
}

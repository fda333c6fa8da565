import 'dart:async';
import 'dart:js_interop';

import 'sync_connectivity.dart';

/// The browser's own events.
SyncConnectivity platformConnectivity() => const _OnlineEvents();

final class _OnlineEvents implements SyncConnectivity {
  const _OnlineEvents();

  @override
  Stream<void> get returns => Stream.multi((listener) {
    final onOnline = ((JSAny? _) => listener.add(null)).toJS;
    _addEventListener('online', onOnline);
    listener.onCancel = () => _removeEventListener('online', onOnline);
  });
}

@JS('addEventListener')
external void _addEventListener(String type, JSFunction listener);

@JS('removeEventListener')
external void _removeEventListener(String type, JSFunction listener);

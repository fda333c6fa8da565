import 'dart:async';

import 'package:flutter/foundation.dart';

import 'watched.dart';

/// A [Watched] value, for whoever owns it. Setting an equal value tells nobody.
final class Observed<T> extends ValueNotifier<T> implements Watched<T> {
  /// Starts with [value].
  Observed(super.value);

  @override
  Stream<T> get stream => Stream<T>.multi((listener) {
    void tell() => listener.add(value);
    tell();
    addListener(tell);
    listener.onCancel = () => removeListener(tell);
  });
}

import 'dart:async';

import 'package:collection/collection.dart';
import 'package:flutter/foundation.dart';

import 'watched.dart';

/// A [Watched] value that its owner can set. Setting an equal value notifies nobody.
final class Observed<T> extends ChangeNotifier implements Watched<T> {
  /// Starts with [_value]; [equality] decides whether a new value is equal.
  Observed(this._value, {Equality<T>? equality}) : _equality = equality ?? DefaultEquality<T>();

  T _value;
  final Equality<T> _equality;

  @override
  T get value => _value;
  set value(T value) {
    if (_equality.equals(_value, value)) return;
    _value = value;
    notifyListeners();
  }

  @override
  Stream<T> get stream => Stream<T>.multi((listener) {
    void tell() => listener.add(value);
    tell();
    addListener(tell);
    listener.onCancel = () => removeListener(tell);
  });
}

import 'package:flutter/foundation.dart';

/// What a screen shows. An answer that comes after the screen is gone tells nobody.
abstract class ViewModel extends ChangeNotifier {
  bool _isDisposed = false;

  @override
  void notifyListeners() {
    if (!_isDisposed) super.notifyListeners();
  }

  @override
  void dispose() {
    _isDisposed = true;
    super.dispose();
  }
}

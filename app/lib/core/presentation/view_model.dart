import 'package:flutter/foundation.dart';

/// State of a screen. Notifications after [dispose] are ignored, so that a late response does no harm.
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

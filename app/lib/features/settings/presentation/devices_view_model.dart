import 'dart:async';

import '../../../core/auth/sign_in_failure.dart';
import '../../../core/auth/signed_in_device.dart';
import '../../../core/auth/signed_in_devices.dart';
import '../../../core/presentation/view_model.dart';

/// The list of signed-in devices, fetched when the screen opens.
class DevicesViewModel extends ViewModel {
  /// Lists [_devices].
  DevicesViewModel(this._devices) {
    unawaited(load());
  }

  final SignedInDevices _devices;

  List<SignedInDevice> _list = const [];
  bool _isBusy = false;
  SignInFailure? _failure;

  /// The devices, as last fetched.
  List<SignedInDevice> get list => _list;

  /// Whether a request is in progress.
  bool get isBusy => _isBusy;

  /// Why the last request failed.
  SignInFailure? get failure => _failure;

  /// Fetches the list.
  Future<void> load() => _run(() async => _list = await _devices.list());

  /// Signs [device] out.
  Future<void> signOut(SignedInDevice device) => _run(() async {
    await _devices.signOut(device);
    _list = [..._list.where((other) => other.id != device.id)];
  });

  Future<void> _run(Future<void> Function() action) async {
    if (_isBusy) return;
    _isBusy = true;
    _failure = null;
    notifyListeners();
    try {
      await action();
    } on SignInFailure catch (failure) {
      _failure = failure;
    } on Exception catch (thrown) {
      _failure = SignInFailure.odd(thrown);
    } finally {
      _isBusy = false;
      notifyListeners();
    }
  }
}

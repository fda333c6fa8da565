import 'dart:async';

import '../../../core/auth/sign_in_failure.dart';
import '../../../core/auth/signed_in_device.dart';
import '../../../core/auth/signed_in_devices.dart';
import '../../../core/presentation/command.dart';
import '../../../core/presentation/view_model.dart';

/// The list of signed-in devices, fetched when the screen opens.
class DevicesViewModel extends ViewModel {
  /// Lists [_devices].
  DevicesViewModel(this._devices) {
    unawaited(load());
  }

  final SignedInDevices _devices;

  List<SignedInDevice> _list = const [];

  /// The request in progress, and why the last one failed.
  late final request = Command(SignInFailure.from, notifyListeners);

  /// The devices, as last fetched.
  List<SignedInDevice> get list => _list;

  /// Fetches the list.
  Future<void> load() => request.run(() async => _list = await _devices.list());

  /// Signs [device] out.
  Future<void> signOut(SignedInDevice device) => request.run(() async {
    await _devices.signOut(device);
    _list = [..._list.where((other) => other.id != device.id)];
  });
}

import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

/// The signed-in devices, in memory.
class MemoryDevices extends Fake implements SignedInDevices {
  /// What the server lists.
  List<SignedInDevice> all = [
    device('1', name: 'Pixel 8', isThis: true),
    device('2', name: 'Tablet in the kitchen'),
    device('3'),
  ];

  /// Thrown by every call if set.
  SignInFailure? failure;

  /// A device last used in March.
  static SignedInDevice device(String id, {String? name, bool isThis = false}) => SignedInDevice(
    id: id,
    name: name,
    signedInAt: DateTime.utc(2025),
    lastUsedAt: DateTime.utc(2025, 3, 4, 12),
    isThis: isThis,
  );

  @override
  Future<List<SignedInDevice>> list() async {
    if (failure case final failure?) throw failure;
    return all;
  }

  @override
  Future<void> signOut(SignedInDevice device) async {
    if (failure case final failure?) throw failure;
    all = [...all.where((other) => other.id != device.id)];
  }
}

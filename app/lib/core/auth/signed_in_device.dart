import 'package:meta/meta.dart';

/// A device on which the user is signed in (docs/PROTOCOL.md, "Sessions").
@immutable
final class SignedInDevice {
  /// A device with the session [id].
  const SignedInDevice({
    required this.id,
    required this.name,
    required this.signedInAt,
    required this.lastUsedAt,
    required this.isThis,
  });

  /// Parses one of the server's sessions; [thisId] is this device's. Throws a [FormatException] if it is not one.
  factory SignedInDevice.fromJson(Object? json, {required String? thisId}) {
    if (json case {
      'id': final String id,
      'device_name': final Object? name,
      'created_at': final String signedIn,
      'last_used_at': final String lastUsed,
    }) {
      return SignedInDevice(
        id: id,
        name: name as String?,
        signedInAt: DateTime.parse(signedIn),
        lastUsedAt: DateTime.parse(lastUsed),
        isThis: id == thisId,
      );
    }
    throw const FormatException('not a session');
  }

  /// The id of the device's session.
  final String id;

  /// What the device called itself; null if it gave no name.
  final String? name;

  /// When the user signed in there.
  final DateTime signedInAt;

  /// When its session was last refreshed.
  final DateTime lastUsedAt;

  /// Whether it is this device.
  final bool isThis;
}

import 'package:meta/meta.dart';

/// A user of the server.
@immutable
final class WeightSyncUser {
  /// A user as the server identifies them.
  const WeightSyncUser({required this.id, required this.email});

  /// The server's id.
  final String id;

  /// The address used to sign in; empty if the server knows none.
  final String email;

  @override
  bool operator ==(Object other) => other is WeightSyncUser && other.id == id && other.email == email;

  @override
  int get hashCode => Object.hash(id, email);
}

import 'package:meta/meta.dart';

/// Somebody with an account.
@immutable
final class User {
  /// As the server names them.
  const User({required this.id, required this.email});

  /// The server's id.
  final String id;

  /// The address they sign in with.
  final String email;

  @override
  bool operator ==(Object other) => other is User && other.id == id && other.email == email;

  @override
  int get hashCode => Object.hash(id, email);
}

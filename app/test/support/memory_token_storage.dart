import 'package:weight_sync/weight_sync.dart';

/// A [TokenStorage] in memory.
base class MemoryTokenStorage implements TokenStorage {
  /// The stored text.
  String? text;

  @override
  Future<String?> read() async => text;

  @override
  Future<void> write(String text) async => this.text = text;

  @override
  Future<void> delete() async => text = null;
}

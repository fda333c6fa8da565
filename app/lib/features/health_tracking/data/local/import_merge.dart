import 'exported_entry.dart';
import 'identity.dart';
import 'weight_store.dart';

/// Recognises entries by what an export says of them.
extension ImportMerge on WeightStore {
  /// The identity of the entry [key]: the same for every store that has it, and for the server.
  Identity identityOf(String key) =>
      linesOf(key).lastOrNull?.revivedAs ?? records[key]?.revivedAs ?? (device: device, local: key);

  /// The key of [entry]; null if it is unknown here.
  String? keyOfExported(ExportedEntry entry) =>
      keyOf(entry.id) ??
      _keyOfCreated(entry.origin) ??
      _keyOfCreated(identityOfImported(entry)) ??
      (shown(entry.id) == null ? null : entry.id);

  String? _keyOfCreated(Identity? identity) {
    if (identity == null) return null;
    final key = keyOfIdentity(identity) ?? lines.keyOfRevived(identity);
    if (key != null) return key;
    return identity.device == device && shown(identity.local) != null ? identity.local : null;
  }
}

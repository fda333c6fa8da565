/// Rows of one kind by key, in memory. Tracks changes until they are durable. Rows that this version cannot decode are
/// kept as they are, hidden.
final class Table<V extends Object> {
  /// A table whose rows are written by [encode] and read by [decode], which may throw.
  Table(this.name, {required this.encode, required this.decode});

  /// The table's name in the journal.
  final String name;

  /// Converts a row to JSON.
  final Object? Function(V row) encode;

  /// Converts JSON to a row; the key is not part of the JSON.
  final V Function(String key, Object? json) decode;

  final _rows = <String, V>{};
  final _unread = <String, Object>{};
  final _before = <String, ({V? row, Object? unread})>{};

  /// The row of [key].
  V? operator [](String key) => _rows[key];

  /// Called after each change of a row, also by [load] and [revert], so that an index can follow.
  void Function(String key, V? before, V? now)? onRow;

  /// Sets the row of [key]. Does nothing if an equal row is there.
  void operator []=(String key, V row) {
    if (_rows[key] == row) return;
    _rememberOld(key);
    _put(key, (row: row, unread: null));
  }

  /// Removes the row of [key].
  void remove(String key) {
    if (!_rows.containsKey(key)) return;
    _rememberOld(key);
    _put(key, (row: null, unread: _unread[key]));
  }

  void _rememberOld(String key) {
    if (!_before.containsKey(key)) _before[key] = (row: _rows[key], unread: _unread[key]);
  }

  /// All rows, in the order in which their keys were first set.
  Iterable<V> get rows => _rows.values;

  /// All rows with their keys.
  Iterable<MapEntry<String, V>> get entries => _rows.entries;

  /// The keys of rows that this version cannot decode.
  Iterable<String> get unreadKeys => _unread.keys;

  /// All rows as JSON, including those that this version cannot decode.
  Iterable<MapEntry<String, Object?>> get encoded =>
      _rows.entries.map((row) => MapEntry(row.key, encode(row.value))).followedBy(_unread.entries);

  /// Number of rows.
  int get length => _rows.length;

  /// How many rows have changed since the last [settle] or [revert].
  int get changeCount => _before.length;

  /// The rows changed since then as JSON; null for removed rows.
  Iterable<MapEntry<String, Object?>> get changes => _before.keys.map(
    (key) => MapEntry(key, switch (_rows[key]) {
      final row? => encode(row),
      null => null,
    }),
  );

  /// Accepts the changes: they are durable.
  void settle() => _before.clear();

  /// Undoes the changes: they could not be stored.
  void revert() {
    _before.forEach(_put);
    _before.clear();
  }

  void _put(String key, ({V? row, Object? unread}) replacement) {
    final (:row, :unread) = replacement;
    final before = row == null ? _rows.remove(key) : _rows[key];
    if (row != null) _rows[key] = row;
    unread == null ? _unread.remove(key) : _unread[key] = unread;
    if (before != null || row != null) onRow?.call(key, before, row);
  }

  /// Applies a patch from the journal.
  void load(Map<String, Object?> patch) => patch.forEach((key, json) => _put(key, _read(key, json)));

  ({V? row, Object? unread}) _read(String key, Object? json) {
    try {
      return (row: json == null ? null : decode(key, json), unread: null);
    } on Object {
      return (row: null, unread: json);
    }
  }
}

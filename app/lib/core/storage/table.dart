/// Rows of one kind by key, in memory; changes are noted until they are durable. Rows that a later version of the app has
/// written in a form unknown to this one are kept as they are, unseen.
final class Table<V extends Object> {
  /// Rows that are written by [encode] and read by [decode], which may throw.
  Table(this.name, {required this.encode, required this.decode});

  /// Names the table in the journal.
  final String name;

  /// A row as JSON.
  final Object? Function(V row) encode;

  /// A row from JSON; the key is not in it.
  final V Function(String key, Object? json) decode;

  final _rows = <String, V>{};
  final _unread = <String, Object>{};
  final _before = <String, ({V? row, Object? unread})>{};

  /// The row of [key].
  V? operator [](String key) => _rows[key];

  /// Sets the row of [key].
  void operator []=(String key, V row) {
    _note(key);
    _rows[key] = row;
    _unread.remove(key);
  }

  /// Removes the row of [key].
  void remove(String key) {
    if (!_rows.containsKey(key)) return;
    _note(key);
    _rows.remove(key);
  }

  void _note(String key) {
    if (!_before.containsKey(key)) _before[key] = (row: _rows[key], unread: _unread[key]);
  }

  /// All rows, in the order in which their keys came.
  Iterable<V> get rows => _rows.values;

  /// All rows with their keys.
  Iterable<MapEntry<String, V>> get entries => _rows.entries;

  /// The keys of rows in a form that this version does not know.
  Iterable<String> get unreadKeys => _unread.keys;

  /// All rows as the journal has them.
  Iterable<MapEntry<String, Object?>> get encoded =>
      _rows.entries.map((row) => MapEntry(row.key, encode(row.value))).followedBy(_unread.entries);

  /// How many rows there are.
  int get length => _rows.length;

  /// What was changed since the last [settle] or [revert], null for removed rows.
  Map<String, Object?> get changes => {
    for (final key in _before.keys)
      key: switch (_rows[key]) {
        final row? => encode(row),
        null => null,
      },
  };

  /// The changes are durable.
  void settle() => _before.clear();

  /// The changes could not be stored: everything is as before.
  void revert() {
    _before.forEach(_put);
    _before.clear();
  }

  void _put(String key, ({V? row, Object? unread}) old) {
    final (:row, :unread) = old;
    row == null ? _rows.remove(key) : _rows[key] = row;
    unread == null ? _unread.remove(key) : _unread[key] = unread;
  }

  /// Takes a patch that was read from the journal.
  void load(Map<String, Object?> patch) => patch.forEach((key, json) => _put(key, _read(key, json)));

  ({V? row, Object? unread}) _read(String key, Object? json) {
    try {
      return (row: json == null ? null : decode(key, json), unread: null);
    } on Object {
      return (row: null, unread: json);
    }
  }
}

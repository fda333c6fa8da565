/// What an import did: entries that it added, that were there already, and that the server would refuse or this version
/// cannot read.
typedef ImportResult = ({int added, int known, int refused});

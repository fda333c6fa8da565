<?php
declare(strict_types=1);

namespace Bench\App;

use PDO;

/** All SQL on entries. */
final class EntryRepository
{
    private const COLUMNS = 'id, user_id, weight_value, unit, timestamp, created_at, updated_at, deleted_at';

    public function __construct(private PDO $pdo)
    {
    }

    public function count(string $userId): int
    {
        $statement = $this->pdo->prepare('SELECT COUNT(*) FROM slim_entries WHERE user_id = :user AND deleted_at IS NULL');
        $statement->execute(['user' => $userId]);
        return (int) $statement->fetchColumn();
    }

    /** @return Entry[] newest first */
    public function page(string $userId, int $limit, int $offset): array
    {
        $statement = $this->pdo->prepare('SELECT ' . self::COLUMNS . ' FROM slim_entries '
            . 'WHERE user_id = :user AND deleted_at IS NULL ORDER BY timestamp DESC LIMIT :limit OFFSET :offset');
        $statement->bindValue('user', $userId);
        $statement->bindValue('limit', $limit, PDO::PARAM_INT);
        $statement->bindValue('offset', $offset, PDO::PARAM_INT);
        $statement->execute();
        return array_map([Entry::class, 'fromRow'], $statement->fetchAll());
    }

    /** @return Entry[] what has changed since then, deleted entries included */
    public function changes(string $userId, \DateTimeImmutable $since, int $limit): array
    {
        $statement = $this->pdo->prepare('SELECT ' . self::COLUMNS . ' FROM slim_entries '
            . 'WHERE user_id = :user AND updated_at > :since ORDER BY updated_at LIMIT :limit');
        $statement->bindValue('user', $userId);
        $statement->bindValue('since', $since->format('Y-m-d H:i:s'));
        $statement->bindValue('limit', $limit, PDO::PARAM_INT);
        $statement->execute();
        return array_map([Entry::class, 'fromRow'], $statement->fetchAll());
    }

    public function insert(Entry $entry): void
    {
        $this->insertAll([$entry]);
    }

    /** @param Entry[] $entries stored all or none, row by row */
    public function insertAll(array $entries): void
    {
        $statement = $this->pdo->prepare('INSERT INTO slim_entries '
            . '(id, user_id, weight_value, unit, timestamp, created_at, updated_at) '
            . 'VALUES (:id, :user, :value, :unit, :timestamp, :created, :updated)');
        $this->pdo->beginTransaction();
        try {
            foreach ($entries as $entry) {
                $statement->execute([
                    'id' => $entry->id,
                    'user' => $entry->userId,
                    'value' => $entry->value,
                    'unit' => $entry->unit,
                    'timestamp' => $entry->timestamp->format('Y-m-d H:i:s'),
                    'created' => $entry->createdAt->format('Y-m-d H:i:s'),
                    'updated' => $entry->updatedAt->format('Y-m-d H:i:s'),
                ]);
            }
            $this->pdo->commit();
        } catch (\Throwable $error) {
            $this->pdo->rollBack();
            throw $error;
        }
    }
}

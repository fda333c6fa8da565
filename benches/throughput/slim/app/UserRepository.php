<?php
declare(strict_types=1);

namespace Bench\App;

use PDO;

final class UserRepository
{
    public function __construct(private PDO $pdo)
    {
    }

    public function exists(string $id): bool
    {
        $statement = $this->pdo->prepare('SELECT 1 FROM slim_users WHERE id = :id');
        $statement->execute(['id' => $id]);
        return $statement->fetchColumn() !== false;
    }
}

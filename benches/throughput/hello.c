/* The floor: a FastCGI program that answers "hello" and does nothing else, one request after another, in the dialect
 * of mod_fcgid. What it takes is what Apache and mod_fcgid take. */
#include <sys/socket.h>
#include <unistd.h>

enum { END_REQUEST = 3, STDIN = 5, STDOUT = 6 };

static int read_all(int connection, unsigned char *bytes, int length) {
    for (int have = 0; have < length;) {
        int more = (int)read(connection, bytes + have, (size_t)(length - have));
        if (more <= 0) return 0;
        have += more;
    }
    return 1;
}

/* Reads records up to the empty one that ends standard input. */
static int read_request(int connection) {
    static unsigned char content[65536 + 256];
    for (;;) {
        unsigned char head[8];
        if (!read_all(connection, head, sizeof head)) return 0;
        int length = head[4] << 8 | head[5];
        if (!read_all(connection, content, length + head[6])) return 0;
        if (head[1] == STDIN && length == 0) return 1;
    }
}

int main(void) {
    static const char text[] = "Content-Type: application/json\r\n\r\n{\"hello\":\"world\"}";
    enum { LENGTH = sizeof text - 1 };
    static unsigned char answer[8 + LENGTH + 8 + 16];
    unsigned char *end = answer + 8 + LENGTH + 8;
    answer[0] = 1, answer[1] = STDOUT, answer[3] = 1, answer[5] = LENGTH;
    for (int place = 0; place < LENGTH; place++) answer[8 + place] = (unsigned char)text[place];
    answer[8 + LENGTH] = 1, answer[8 + LENGTH + 1] = STDOUT, answer[8 + LENGTH + 3] = 1;
    end[0] = 1, end[1] = END_REQUEST, end[3] = 1, end[5] = 8;
    for (;;) {
        int connection = accept(0, 0, 0);
        if (connection < 0) return 0;
        if (read_request(connection) && write(connection, answer, sizeof answer) < 0) { /* gone away */ }
        close(connection);
    }
}

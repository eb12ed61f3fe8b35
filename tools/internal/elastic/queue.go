package elastic

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"steady/core/elastic"
	"steady/tools/internal/usage"
)

// Subjects of messages.
const (
	subjectHello   = "steady.hello"   // request: elastic.Hello, answered by elastic.Welcome
	subjectFile    = "steady.file"    // request: elastic.Chunk, answered by bytes
	subjectResults = "steady.results" // request: elastic.Results, answered by nothing
	subjectAlive   = "steady.alive"   // elastic.Alive
	subjectDone    = "steady.done"    // to workers, without contents: all is computed
	subjectTask    = "steady.task"    // elastic.Task, of the stream, which only the server reaches
)

// errorHeader is the header of an answer that says why there is none.
const errorHeader = "Steady-Error"

// streamName is the name of the queue's stream.
const streamName = "tasks"

// consumer is the name of the queue's consumer, from which the server takes the tasks that it lends.
const consumer = "workers"

// mostDeliveries is how many workers may take a task without bringing it back.
const mostDeliveries = 10

// queue is a running NATS server with a queue of tasks.
type queue struct {
	server *server.Server
	nc     *nats.Conn
	js     jetstream.JetStream
	stream jetstream.Stream
	tasks  jetstream.Consumer
	folder string

	patience time.Duration
}

// queueOptions say where a queue listens, and to whom.
type queueOptions struct {
	host     string
	port     int
	token    string // "" lets everybody in
	tls      *tls.Config
	folder   string // of JetStream, which has nothing of value in it
	patience time.Duration
}

// parseListen splits HOST:PORT. Port 0 is any that is free.
func parseListen(text string) (host string, port int, err error) {
	host, number, err := net.SplitHostPort(text)
	if err == nil {
		port, err = strconv.Atoi(number)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, usage.Errorf("--listen %s: want HOST:PORT, as in 127.0.0.1:4222, or :4222 for all addresses of this machine", text)
	}
	return host, port, nil
}

// checkListen returns an error if an address cannot be listened at, and why: NATS does not say.
func checkListen(host string, port int) error {
	address := net.JoinHostPort(host, strconv.Itoa(port))
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--listen %s: %w: want an address of this machine, and a port that no other program has", address, err)
	}
	return l.Close()
}

func newQueue(ctx context.Context, o queueOptions) (q *queue, err error) {
	if err := os.RemoveAll(o.folder); err != nil { // of one that was killed
		return nil, err
	}
	q = &queue{folder: o.folder, patience: o.patience}
	defer func() {
		if err != nil {
			q.close()
			os.RemoveAll(q.folder)
		}
	}()
	own, worker := password(rand.Text()), password(o.token)
	options := &server.Options{
		ServerName: "steady-cluster", Host: o.host, Port: o.port, NoSigs: true, NoLog: true, MaxPayload: elastic.MaxMessage,
		JetStream: true, StoreDir: o.folder, TLSConfig: o.tls, TLSTimeout: 10,
		Users: []*server.User{
			{Username: "server", Password: own},
			// Workers speak with the server, and never with its queue: none can take, acknowledge or remove a task of another one.
			{Username: "worker", Password: worker, Permissions: &server.Permissions{
				Publish:   &server.SubjectPermission{Allow: []string{subjectHello, subjectFile, subjectResults, subjectAlive}},
				Subscribe: &server.SubjectPermission{Allow: []string{nats.InboxPrefix + ">", subjectDone}},
			}},
		},
	}
	if o.host == "" {
		options.Host = server.DEFAULT_HOST
	}
	if o.port == 0 {
		options.Port = server.RANDOM_PORT
	}
	if o.token == "" {
		options.NoAuthUser = "worker"
	}
	if q.server, err = server.NewServer(options); err != nil {
		return q, err
	}
	go q.server.Start()
	if !q.server.ReadyForConnections(30 * time.Second) {
		return q, fmt.Errorf("--listen %s: cannot be listened at: another program may have the port", net.JoinHostPort(o.host, strconv.Itoa(o.port)))
	}
	connect := []nats.Option{nats.InProcessServer(q.server), nats.UserInfo("server", own)}
	if q.nc, err = nats.Connect("", connect...); err != nil {
		return q, err
	}
	if q.js, err = jetstream.New(q.nc); err != nil {
		return q, err
	}
	q.stream, err = q.js.CreateStream(ctx, jetstream.StreamConfig{Name: streamName, Subjects: []string{subjectTask},
		Retention: jetstream.WorkQueuePolicy, Storage: jetstream.MemoryStorage})
	return q, err
}

// address returns where the queue listens.
func (q *queue) address() string { return q.server.Addr().String() }

// publish has tasks lent from now on, and returns their numbers in the queue.
func (q *queue) publish(ctx context.Context, tasks []elastic.Task) (numbers []uint64, err error) {
	for _, t := range tasks {
		ack, err := q.js.Publish(ctx, subjectTask, elastic.Encode(t))
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, ack.Sequence)
	}
	// Only now: a consumer learns of what comes later after a moment, in which there would seem to be none.
	q.tasks, err = q.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{Durable: consumer, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: q.patience, MaxDeliver: mostDeliveries, MaxAckPending: -1})
	return numbers, err
}

// lent is a task that a worker has: until the queue's patience is at an end, which begins anew with each extend.
type lent struct {
	number uint64
	task   elastic.Task
	msg    jetstream.Msg
}

func (l *lent) extend() { _ = l.msg.InProgress() } // one that is taken out needs none

// giveBack has another worker get the task.
func (l *lent) giveBack() { _ = l.msg.Nak() }

// lend takes a task for a worker: nil if there is none at the time.
func (q *queue) lend() (*lent, error) {
	batch, err := q.tasks.FetchNoWait(1)
	if err != nil {
		return nil, err
	}
	m, ok := <-batch.Messages()
	if !ok {
		return nil, batch.Error()
	}
	about, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	t, err := elastic.Decode[elastic.Task](m.Data())
	return &lent{about.Sequence.Stream, t, m}, err
}

// remove takes a task out of the queue that is done, whoever has it.
func (q *queue) remove(ctx context.Context, number uint64) error {
	err := q.stream.DeleteMsg(ctx, number)
	if errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) {
		return nil
	}
	return err
}

// errEnding is the error of a request that finds a server with a fault of its own, with which it ends. It is not answered: the
// worker waits, as for a server that was killed, and has the next one answer it.
var errEnding = errors.New("the server is ending")

// answer has requests answered, one at a time.
func (q *queue) answer(subject string, work func(b []byte) ([]byte, error)) error {
	_, err := q.nc.Subscribe(subject, func(m *nats.Msg) {
		answer := nats.NewMsg(m.Reply)
		b, err := work(m.Data)
		if errors.Is(err, errEnding) {
			return
		}
		if err != nil {
			answer.Header.Set(errorHeader, oneLine(err.Error()))
		}
		answer.Data = b
		// A worker names what is answered to: of other subjects the server itself may say more than a worker may.
		if strings.HasPrefix(m.Reply, nats.InboxPrefix) {
			_ = m.RespondMsg(answer) // who asks has gone, or asks again
		}
	})
	return err
}

// close ends the server, whose folder stays.
func (q *queue) close() {
	if q.nc != nil {
		q.nc.Close()
	}
	if q.server != nil {
		q.server.Shutdown()
		q.server.WaitForShutdown()
	}
}

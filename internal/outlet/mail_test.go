package outlet_test

import (
	"bufio"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"kilter/internal/outlet"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/record"
)

// server is an SMTP server that keeps what it is sent; refuse is its answer to
// recipients, "" when it takes all.
func server(t *testing.T, refuse string) (address string, got chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got = make(chan string, 4)
	t.Cleanup(func() { _ = l.Close() }) // ends the loop below
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go talk(c, refuse, got)
		}
	}()
	return "smtp+plain://" + l.Addr().String(), got
}

func talk(c net.Conn, refuse string, got chan string) {
	defer func() { _ = c.Close() }() // the other side may be gone already
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	say("220 test")
	in := bufio.NewScanner(c)
	for in.Scan() {
		verb, _, _ := strings.Cut(strings.ToUpper(in.Text()), " ")
		switch {
		case verb == "EHLO" || verb == "HELO":
			say("250 test")
		case verb == "RCPT" && refuse != "":
			say(refuse)
		case verb == "DATA":
			say("354 go on")
			var b strings.Builder
			for in.Scan() && in.Text() != "." {
				b.WriteString(in.Text() + "\n")
			}
			got <- b.String()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

var writer = notice.Writer{URL: "https://desk.city.gov.cn", Host: "desk.city.gov.cn", Secret: []byte("s3cret")}

func delivery() notice.Delivery {
	return notice.Delivery{Person: 7, Address: "wang@city.gov.cn", Name: "王晓明", Lang: "zh", What: notice.Replied, About: record.Incident, Number: record.NewNumber(2026, 42), Title: "打印机故障", Text: "请确认", Entry: 9, Count: 2}
}

func TestALetterArrives(t *testing.T) {
	t.Parallel()
	address, got := server(t, "")
	m, err := outlet.NewMail(address, "", "desk@city.gov.cn", "Service desk")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), writer.Write(delivery())); err != nil {
		t.Fatal(err)
	}
	mail := strings.NewReplacer("=\n", "", "\n ", " ").Replace(<-got)
	mail = strings.ReplaceAll(mail, "Message-Id:", "Message-ID:")
	for _, want := range []string{"Auto-Submitted: auto-generated", "To: ", "<wang@city.gov.cn>", "Message-ID: <inc-2026-00042.9.7.", "@desk.city.gov.cn>", "References: <inc-2026-00042.", "portal/reports/INC-2026-00042"} {
		if !strings.Contains(mail, want) {
			t.Errorf("the mail lacks %q:\n%s", want, mail)
		}
	}
	id := mail[strings.Index(mail, "Message-ID: ")+12:]
	id, _, _ = strings.Cut(id, "\n")
	if name, ok := writer.Ours(id); !ok || name != "inc-2026-00042.9.7" {
		t.Errorf("our own Message-ID %q is not known again: %q", id, name)
	}
	if _, ok := writer.Ours("<inc-2026-00042.9.7.000000000000000000000000@desk.city.gov.cn>"); ok {
		t.Error("a forged Message-ID is taken for ours")
	}
}

// TestASubjectIsReadAsItWasWritten: in every language, on lines that are short enough,
// the first of which is not empty.
func TestASubjectIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{
		"[Kilter] Planned work was moved: Work on Hotline 12345",
		"[Kilter] 计划维护改期：12345热线系统、视频会议系统、协同办公系统、行政审批系统、统一身份认证维护",
		"[CHG-2026-00090] Décidé · 数据共享交换平台切换到新的消息队列 / Data exchange platform moved to the new message queue 😀😀😀😀",
		"é", strings.Repeat("长", 180), strings.Repeat("long ", 30) + "end",
	} {
		address, got := server(t, "")
		m, err := outlet.NewMail(address, "", "desk@city.gov.cn", "Service desk")
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Send(t.Context(), notice.Letter{To: "wang@city.gov.cn", Name: "Wang", Subject: subject, Text: "x", ID: "a@b", Thread: "c@b"}); err != nil {
			t.Fatal(err)
		}
		raw := <-got
		head, err := mail.ReadMessage(strings.NewReader(raw[strings.Index(raw, "Auto-Submitted"):]))
		if err != nil {
			t.Fatal(err)
		}
		read, err := new(mime.WordDecoder).DecodeHeader(head.Header.Get("Subject"))
		if err != nil || read != subject {
			t.Errorf("%q is read as %q, %v", subject, read, err)
		}
		lines, _, _ := strings.Cut(raw, "\n\n")
		for line := range strings.SplitSeq(lines, "\n") {
			if line == "Subject:" || len(strings.TrimRight(line, "\r")) > 78 {
				t.Errorf("a line of the header: %q", line)
			}
		}
	}
}

// TestHeaderInjection: names and titles cannot write headers.
func TestHeaderInjection(t *testing.T) {
	t.Parallel()
	address, got := server(t, "")
	m, err := outlet.NewMail(address, "", "desk@city.gov.cn", "Service desk")
	if err != nil {
		t.Fatal(err)
	}
	d := delivery()
	d.Lang, d.Title, d.Name = "en", "x\r\nBcc: evil@example.com", "Wang\r\nX-Evil: 1"
	letter := writer.Write(d)
	if strings.ContainsAny(letter.Subject+letter.Name, "\r\n") { // the library would keep them out of the header as well
		t.Errorf("line ends are handed on: %q, %q", letter.Subject, letter.Name)
	}
	if err := m.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(<-got, "\n\n")
	for line := range strings.SplitSeq(head, "\n") {
		if strings.HasPrefix(line, "Bcc:") || strings.HasPrefix(line, "X-Evil:") {
			t.Errorf("injected: %s", line)
		}
	}
	d.Address = "a@b.c>\r\nRCPT TO:<evil@example.com"
	if err := m.Send(t.Context(), writer.Write(d)); !errors.Is(err, notice.ErrRefused) {
		t.Errorf("an address with a line end: %v", err)
	}
}

func TestRefusalsAreToldApart(t *testing.T) {
	t.Parallel()
	for answer, forGood := range map[string]bool{"550 no such user": true, "451 come back later": false} {
		address, _ := server(t, answer)
		m, err := outlet.NewMail(address, "", "desk@city.gov.cn", "")
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Send(t.Context(), writer.Write(delivery())); err == nil || errors.Is(err, notice.ErrRefused) != forGood {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestASecretInTheAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"smtp://u:geheim@host", "http://host", "smtp://", "smtp://host:x"} {
		if _, err := outlet.NewMail(a, "", "a@b.cn", ""); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", a, err)
		}
	}
}

func TestSyslogTakesTheHead(t *testing.T) {
	t.Parallel()
	head := audit.Head{Seq: 12, Hash: "abc", At: time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // the test is over
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		b := make([]byte, 1000)
		n, err := c.Read(b)
		if err != nil {
			got <- err.Error()
			return
		}
		got <- string(b[:n])
	}()
	s, err := outlet.NewSyslog("tcp://"+l.Addr().String(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Carry(t.Context(), head); err != nil {
		t.Fatal(err)
	}
	text := <-got
	size, message, _ := strings.Cut(text, " ")
	if size != fmt.Sprint(len(message)) || !strings.HasPrefix(message, "<109>1 2026-11-24T04:00:00.000Z desk kilter") {
		t.Errorf("syslog got %q", text)
	}
}

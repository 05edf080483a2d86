package ui

import (
	"log/slog"
	"time"

	"shelter/internal/auth"
	"shelter/internal/awareness"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/config"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/internal/survey"
	"shelter/internal/workshop"
	"shelter/internal/workshop/joinlink"
	"shelter/internal/workshop/paper"
	"shelter/internal/workshop/selfcheck"
)

// UI holds what the handlers call.
type UI struct {
	Auth     *auth.Service
	Sessions *Sessions
	Org      *org.Service
	Workshop *workshop.Service
	Exam     *exam.Service
	Bank     *bank.Service
	Course   *course.Service
	Author   *author.Service
	Report   *report.Service
	Ingest   *ingest.Service
	Survey   *survey.Service

	Programme *programme.Service
	Figures   *report.Programme

	Awareness *awareness.Library

	Certificate *certificate.Service
	Badge       *badge.Service
	Selfcheck   *selfcheck.Service
	Joinlink    *joinlink.Service
	Paper       *paper.Service

	HasCases bool // there is a case side

	Bundle *i18n.Bundle
	Config config.Config
	Log    *slog.Logger
	Now    func() time.Time

	fragments fragments // rendered parts of the workshop pages
	lessons   fragments // whole pages of lessons, each for its reader
}
